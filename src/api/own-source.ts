/** Whether the source of that name is the server itself: its machine, and what its rules give. It comes whether or not anybody sends. */
export const isOwnSource = (name: string): boolean => name === 'rules' || name.startsWith('holter:');
