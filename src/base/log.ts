/** Where a part of the program tells the operator what happened; the server gives it its own log, a test a list. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
