/** Where a command speaks to its user, apart from the log. */
export interface Terminal {
  print(text: string): void;
  complain(text: string): void;
}
