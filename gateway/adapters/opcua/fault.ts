/**
 * What went wrong, as a word for the program and a sentence for people. The library tells most of
 * it in the text of its errors only. Pure.
 */
import type { OpcuaFault } from "./protocol.ts";

export class OpcuaError extends Error {
  readonly fault: OpcuaFault;
  /** Name of the status code where the server gave one. */
  readonly status: string | null;

  constructor(fault: OpcuaFault, message: string, status: string | null = null) {
    super(message);
    this.fault = fault;
    this.status = status;
  }
}

const byStatus: readonly (readonly [RegExp, OpcuaFault])[] = [
  [/^BadCertificateUntrusted$/, "untrusted-certificate"],
  [/^BadCertificate|^BadSecurityChecksFailed$|^BadNoValidCertificates$/, "bad-certificate"],
  [/^BadIdentityToken|^BadUserAccessDenied$|^BadUserSignatureInvalid$/, "login-refused"],
  [/^BadSession(Closed|IdInvalid|NotActivated)$|^BadNoSubscription$/, "session-closed"],
  [/^BadTimeout$|^BadRequestTimeout$/, "timeout"],
  [/^BadConnectionClosed$|^BadNotConnected$|^BadSecureChannel/, "no-connection"],
];

const byWords: readonly (readonly [RegExp, OpcuaFault])[] = [
  [/Cannot find an Endpoint|End point must exist/i, "no-endpoint"],
  [/user token policy|identity token failed/i, "login-refused"],
  [
    /hadError|ended by server|third party|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ECONNRESET/,
    "no-connection",
  ],
  [/timed? ?out|ETIMEDOUT/i, "timeout"],
];

/** Anything thrown as a fault of the link. */
export function faultOf(error: unknown): OpcuaError {
  if (error instanceof OpcuaError) return error;
  const said = error instanceof Error ? error.message : String(error);
  const status = statusOf(error) ?? /\b(Bad[A-Z]\w+)/.exec(said)?.[1] ?? null;
  const message = said.replace(/\s+/g, " ").trim().slice(0, 300);
  const [, fault] =
    byStatus.find(([pattern]) => status !== null && pattern.test(status)) ??
    byWords.find(([pattern]) => pattern.test(said)) ??
    [];
  return new OpcuaError(fault ?? (status ? "refused" : "no-connection"), message, status);
}

/**
 * A ServiceFault is an answer whose header has the status code; the library hangs it on the error.
 */
function statusOf(error: unknown): string | null {
  const { response } = error as {
    response?: { responseHeader?: { serviceResult?: { name?: string } } };
  };
  return response?.responseHeader?.serviceResult?.name ?? null;
}

/** The promise, or a fault after so many ms; what comes later is heard by nobody. */
export async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new OpcuaError("timeout", `${what}: no answer in ${ms} ms`)),
      ms,
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
