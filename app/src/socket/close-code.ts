/**
 * Close codes (RFC 6455, section 7.4.1, and the IANA registry) that the server uses, with the reason text it sends
 * where no better one is at hand. Clients reconnect after 1011, 1012 and 1013, with back-off; after 1008 they need a
 * new token first, and the others tell of a fault of the client itself.
 */
export const closeCode = {
  protocolError: 1002,
  unsupportedData: 1003,
  invalidPayload: 1007,
  policyViolation: 1008,
  messageTooBig: 1009,
  internalError: 1011,
  serviceRestart: 1012,
  tryAgainLater: 1013,
} as const;

const reasons: Readonly<Record<number, string>> = {
  [closeCode.protocolError]: 'the frame breaks the WebSocket protocol',
  [closeCode.unsupportedData]: 'only text frames are understood',
  [closeCode.invalidPayload]: 'the text is not valid UTF-8',
  [closeCode.policyViolation]: 'the token has expired',
  [closeCode.messageTooBig]: 'a frame may have 64 KiB at most',
  [closeCode.internalError]: 'the server failed; connect again',
  [closeCode.serviceRestart]: 'the server restarts; connect again',
  [closeCode.tryAgainLater]: 'the client reads too slowly; connect again',
};

export function reasonFor(code: number | undefined): string | undefined {
  return code === undefined ? undefined : reasons[code];
}
