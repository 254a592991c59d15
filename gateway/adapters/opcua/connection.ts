/**
 * One secure channel to a server, made once and thrown away when it breaks: the library's own ways
 * to reconnect are off, so that session.ts is the only owner of reconnection.
 *
 * Services are asked for below the library's session object, which would make new sessions by
 * itself as soon as a server says that ours is gone.
 */
import {
  type ClientSession,
  MessageSecurityMode,
  OPCUAClient,
  SecurityPolicy,
  type UserIdentityInfo,
  UserTokenType,
} from "node-opcua-client";
import type { CertificateStore } from "./certificates.ts";
import { faultOf, OpcuaError, within } from "./fault.ts";
import type { OpcuaLogin, OpcuaSecurity } from "./protocol.ts";

/** What a request and its answer are to the library. */
type Answer = { readonly responseHeader: unknown };
type Inside = {
  _performMessageTransaction(
    request: object,
    answered: (error: Error | null, answer?: Answer) => void,
  ): void;
};

export const openWithinMs = 4000;
/** A server in the middle of its start needs a while for thousands of items. */
export const answerWithinMs = 5000;
const closeWithinMs = 1500;
/** Without traffic for so long the library breaks the channel; our watchdog is quicker. */
const quietMs = 120_000;
/** As long as a session lives without its connection, so that it can be resumed. */
const sessionTimeoutMs = 20_000;

const modes = {
  none: MessageSecurityMode.None,
  sign: MessageSecurityMode.Sign,
  "sign-and-encrypt": MessageSecurityMode.SignAndEncrypt,
};

export class Connection {
  readonly #client: OPCUAClient;
  readonly #endpoint: string;
  #isOver = false;

  private constructor(client: OPCUAClient, endpoint: string) {
    this.#client = client;
    this.#endpoint = endpoint;
  }

  /** `broken` is called once, when it ends without our wish. */
  static async open(
    endpoint: string,
    { mode, policy = "Basic256Sha256" }: OpcuaSecurity,
    store: CertificateStore,
    broken: (error: OpcuaError) => void,
  ): Promise<Connection> {
    const client = OPCUAClient.create({
      applicationName: "firelink",
      applicationUri: store.applicationUri,
      certificateFile: store.certificateFile,
      privateKeyFile: store.privateKeyFile,
      clientCertificateManager: store.managerFor(endpoint),
      securityMode: modes[mode],
      securityPolicy: mode === "none" ? SecurityPolicy.None : SecurityPolicy[policy],
      // The host by which a server calls itself is often one that nobody else knows.
      endpointMustExist: false,
      connectionStrategy: { maxRetry: 0, initialDelay: 100, maxDelay: 100 },
      keepSessionAlive: false,
      keepPendingSessionsOnDisconnect: true,
      requestedSessionTimeout: sessionTimeoutMs,
      transportTimeout: quietMs,
      defaultTransactionTimeout: answerWithinMs,
    });
    const connection = new Connection(client, endpoint);
    client.on("close", (error?: Error | null) => {
      if (connection.#isOver) return;
      broken(new OpcuaError("no-connection", error?.message || "the server closed the connection"));
    });
    try {
      await within(openWithinMs, "open a channel", client.connect(endpoint));
      return connection;
    } catch (error) {
      connection.abandon();
      throw faultOf(error);
    }
  }

  /** Host of the server's own endpoint, where it is another than ours. */
  get otherHost(): string | null {
    const { endpoint } = this.#client;
    const theirs = endpoint?.endpointUrl ? hostOf(endpoint.endpointUrl) : null;
    return theirs === null || theirs === hostOf(this.#endpoint) ? null : theirs;
  }

  async begin(login: OpcuaLogin): Promise<ClientSession> {
    const session: Promise<ClientSession> = this.#client.createSession(identityOf(login));
    return within(answerWithinMs, "create a session", session).catch((error) => {
      throw faultOf(error);
    });
  }

  /**
   * The session goes on over this channel (Part 4, 5.6.3); throws where the server has it no more.
   */
  async resume(session: ClientSession): Promise<void> {
    const resumed = this.#client.reactivateSession(session);
    await within(answerWithinMs, "resume the session", resumed).catch((error) => {
      throw faultOf(error);
    });
  }

  /** Ends the session on the server too. */
  async close(session: ClientSession | null): Promise<void> {
    this.#isOver = true;
    const closed = session ? this.#client.closeSession(session, true) : Promise.resolve();
    await within(closeWithinMs, "close", closed).catch(() => {});
    await within(closeWithinMs, "disconnect", this.#client.disconnect()).catch(() => {});
  }

  /** Lets go of a channel that is broken; the session stays on the server and may be resumed. */
  abandon(): void {
    this.#isOver = true;
    this.#client.disconnect().catch(() => {});
  }
}

/** Asks for one service. */
export function ask<T extends Answer>(
  session: ClientSession,
  request: object,
  withinMs = answerWithinMs,
): Promise<T> {
  const asked = new Promise<T>((resolve, reject) => {
    (session as unknown as Inside)._performMessageTransaction(request, (error, answer) => {
      if (error || !answer) reject(error ?? new Error("no answer"));
      else resolve(answer as T);
    });
  });
  return within(withinMs, request.constructor.name, asked).catch((error) => {
    throw faultOf(error);
  });
}

function identityOf(login: OpcuaLogin): UserIdentityInfo {
  switch (login.as) {
    case "anonymous":
      return { type: UserTokenType.Anonymous };
    case "user":
      return { type: UserTokenType.UserName, userName: login.user, password: login.password };
    case "x509":
      return {
        type: UserTokenType.Certificate,
        certificateData: derOf(login.certificate),
        privateKey: login.privateKey,
      };
    default:
      return login satisfies never;
  }
}

function derOf(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]+-----/g, ""), "base64");
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : url;
}
