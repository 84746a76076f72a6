/** What a command's exit status means. */
export const exitCode = { success: 0, failure: 1, misuse: 2, precondition: 3 } as const;
