/**
 * A refusal with a stable code: what was wrong and what is allowed. The command line prints it, the
 * API answers it as RFC 9457 problem details.
 */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly code: string;
  readonly allowed: string | undefined;
  /** Where trying again later helps: not before this. */
  readonly retryAfterMs: number | undefined;

  constructor(what: {
    readonly code: string;
    readonly message: string;
    readonly allowed?: string;
    readonly retryAfterMs?: number;
  }) {
    super(what.message);
    this.code = what.code;
    this.allowed = what.allowed;
    this.retryAfterMs = what.retryAfterMs;
  }
}
