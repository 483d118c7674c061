// Ends with the status that it is given, or fails with the text.
export function run([how = '0', text]: string[]): number {
  if (text !== undefined) throw new Error(text);
  return Number(how);
}
