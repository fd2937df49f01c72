// What node:util's parseArgs complains about, in one sentence: its own messages go on about words that begin with a dash.

/** One line without a full stop; an error that is none of parseArgs' keeps its message. */
export function describeArgumentError(error: unknown): string {
  const { message } = error as Error;
  const option = /^Option '([^'<]+?)(?: <value>)?' argument (?:missing|is ambiguous)/.exec(message)?.[1];
  if (option !== undefined)
    return `expected a value after ${option}, got ${message.includes('missing') ? 'nothing' : 'a word that begins with a dash'}`;
  return message.split(/\.\s/)[0] ?? message;
}

/** What py-spy's --native is answered with. */
export const NATIVE_REFUSED =
  'native frames are not read: Holter shows the stacks that the interpreter knows; leave --native out';
