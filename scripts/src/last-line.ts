/** The last line of what a program said, where it tells why it ended; empty where it said nothing. */
export const lastLine = (said: string): string => said.trim().split('\n').at(-1)?.trim() ?? '';
