/**
 * The PKI folder: our own certificate, made here without network or other programs; the servers we
 * trust; those we were shown and do not trust yet. Nothing is ever trusted but by command.
 */
import { X509Certificate } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { OPCUACertificateManager } from "node-opcua-certificate-manager";
import type { StatusCode } from "node-opcua-client";
import type { Certificate, Certificates, RejectedCertificate } from "./protocol.ts";

const validDays = 3650;

/**
 * The library looks at a certificate and writes it down as rejected in two steps: of two that look
 * at once, one would undo a command to trust it that came between. Here it is one after the other.
 */
class Manager extends OPCUACertificateManager {
  #last: Promise<unknown> = Promise.resolve();

  inTurn<T>(run: () => Promise<T>): Promise<T> {
    const done = this.#last.then(run);
    this.#last = done.catch(() => {});
    return done;
  }

  override checkCertificate(certificates: Buffer | Buffer[]): Promise<StatusCode> {
    return this.inTurn(() => super.checkCertificate(certificates));
  }
}

/** Servers whose certificate is kept in mind. */
const mostShown = 1000;

export class CertificateStore {
  readonly #folder: string;
  /** By thumbprint: who showed it, and when (ms UTC). */
  readonly #shown = new Map<string, NonNullable<RejectedCertificate["shownBy"]>>();
  #manager: Manager | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Every connection takes the same one; none of them ends it. */
  get manager(): Manager {
    if (!this.#manager) throw new Error("the certificate store is not open");
    return this.#manager;
  }

  get certificateFile(): string {
    return join(this.#folder, "own/certs/certificate.pem");
  }

  get privateKeyFile(): string {
    return this.manager.privateKey;
  }

  /** As it stands in our certificate: a host that is renamed later stays the same application. */
  get applicationUri(): string {
    return this.list().own?.applicationUri ?? "urn:firelink";
  }

  async open(): Promise<void> {
    const manager = new Manager({
      rootFolder: this.#folder,
      automaticallyAcceptUnknownCertificate: false,
      disableFileWatchers: true,
    });
    await manager.initialize();
    // Each client disposes of its manager when it ends; this one has to outlive them.
    manager.referenceCounter += 1;
    this.#manager = manager;
    if (existsSync(this.certificateFile)) return;
    await manager.createSelfSignedCertificate({
      applicationUri: `urn:${hostname()}:firelink`,
      subject: "/CN=firelink/O=firelink",
      dns: [hostname()],
      startDate: new Date(performance.timeOrigin + performance.now()),
      validity: validDays,
      outputFile: this.certificateFile,
    });
  }

  async close(): Promise<void> {
    if (!this.#manager) return;
    this.#manager.referenceCounter = 0;
    await this.#manager.dispose();
    this.#manager = null;
  }

  list(): Certificates {
    const own = existsSync(this.certificateFile)
      ? describe(readFileSync(this.certificateFile))
      : null;
    const others = (folder: string): Certificate[] =>
      this.#files(folder)
        .map(describe)
        .filter((one) => one !== null)
        // The library puts our own among the trusted.
        .filter(({ thumbprint }) => thumbprint !== own?.thumbprint);
    const rejected = others("rejected").map((one) => {
      return { ...one, shownBy: this.#shown.get(one.thumbprint) ?? null };
    });
    return { own, trusted: others("trusted/certs"), rejected };
  }

  /** The same for one server: whoever is asked to trust a certificate must know who showed it. */
  managerFor(endpoint: string): OPCUACertificateManager {
    const { manager } = this;
    const checkCertificate = (certificates: Buffer | Buffer[]): Promise<StatusCode> => {
      const [shown] = [certificates].flat();
      if (shown) this.#note(shown, endpoint);
      return manager.checkCertificate(certificates);
    };
    return new Proxy<OPCUACertificateManager>(manager, {
      get: (_target, name) => {
        if (name === "checkCertificate") return checkCertificate;
        const value: unknown = Reflect.get(manager, name, manager);
        // Its methods have private fields, which a proxy does not.
        return typeof value === "function" ? value.bind(manager) : value;
      },
      set: (_target, name, value) => Reflect.set(manager, name, value, manager),
    });
  }

  #note(certificate: Buffer, endpoint: string): void {
    const known = describe(certificate);
    if (!known || this.#shown.size >= mostShown) return;
    const at = Math.round(performance.timeOrigin + performance.now());
    this.#shown.set(known.thumbprint, { endpoint, at });
  }

  /** False where no rejected certificate has this thumbprint. */
  async trust(thumbprint: string): Promise<boolean> {
    const wanted = thumbprint.toLowerCase();
    for (const bytes of this.#files("rejected")) {
      if (describe(bytes)?.thumbprint !== wanted) continue;
      await this.manager.inTurn(() =>
        this.manager.trustCertificate(new X509Certificate(bytes).raw),
      );
      return true;
    }
    return false;
  }

  #files(folder: string): Buffer[] {
    const path = join(this.#folder, folder);
    if (!existsSync(path)) return [];
    return readdirSync(path)
      .filter((name) => /\.(pem|der|crt)$/i.test(name))
      .map((name) => readFileSync(join(path, name)));
  }
}

/** Null where the bytes are no certificate. */
function describe(bytes: Buffer): Certificate | null {
  try {
    const { fingerprint, subject, issuer, validFromDate, validToDate, subjectAltName } =
      new X509Certificate(bytes);
    return {
      thumbprint: fingerprint.replaceAll(":", "").toLowerCase(),
      subject: subject.replaceAll("\n", ", "),
      issuer: issuer.replaceAll("\n", ", "),
      validFrom: validFromDate.toISOString(),
      validTo: validToDate.toISOString(),
      applicationUri: /URI:([^,]+)/.exec(subjectAltName ?? "")?.[1] ?? null,
    };
  } catch {
    return null;
  }
}
