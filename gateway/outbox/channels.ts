/**
 * The ways out of the gateway beside MQTT, put together: endpoints of webhooks, who is called by which,
 * links by which people answer, and what comes back (receipts of providers, feedback of devices).
 */
import { timingSafeEqual } from "node:crypto";
import { Refused } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import type { Topics } from "../identity/topics.ts";
import { type CallStep, endpointsOf } from "./endpoints.ts";
import { type Endpoint, signatureOf } from "./formats.ts";
import { AnswerLinks } from "./links.ts";
import { Outbox, type Outgoing } from "./outbox.ts";
import { Webhooks } from "./webhook.ts";

export const receiptStates = ["delivered", "answered", "failed"] as const;
export type ReceiptState = (typeof receiptStates)[number];

export class Channels {
  readonly endpoints: Map<string, Endpoint>;
  readonly links: AnswerLinks;
  /** The demo sets both, where the configuration has none. */
  callOut: readonly CallStep[];
  publicUrl: string | null;
  readonly #gateway: Gateway;
  readonly #webhooks: Webhooks;
  readonly #failed: (part: string, error: unknown, subject?: string) => void;

  constructor(gateway: Gateway, failed: (part: string, error: unknown) => void) {
    this.#gateway = gateway;
    this.#failed = failed;
    const { config } = gateway;
    const { endpoints, callOut } = endpointsOf(config, process.env);
    this.endpoints = endpoints;
    this.callOut = callOut;
    this.publicUrl = config.publicUrl?.replace(/\/+$/, "") ?? null;
    this.links = new AnswerLinks(config.data);
    this.#webhooks = new Webhooks({
      endpoints,
      failed: (endpoint, why) => failed(`webhook-${endpoint}`, why),
      now: () => gateway.clock.now(),
      receiptsUrl: (endpoint) => this.publicUrl && `${this.publicUrl}/api/v1/receipts/${endpoint}`,
    });
  }

  makeOutbox(topics: Topics, publish: (message: Outgoing) => void): Outbox {
    const { committed, artefacts, clock, door } = this.#gateway;
    return new Outbox({
      state: committed.state,
      world: (state, inventory) => artefacts.world(state, inventory),
      topics,
      clock,
      publish,
      webhooks: this.#webhooks,
      push: (body) => void this.#gateway.push(body),
      people: {
        steps: () => this.callOut,
        phoneOf: (person) => door.people.staffOf(person)?.phone ?? null,
        linkOf: (callOut, person) =>
          this.publicUrl && this.publicUrl + this.links.pathOf(callOut, person),
      },
      failed: (subject, error) => this.#failed("outbox", error, subject),
    });
  }

  stop(): void {
    this.#webhooks.stop();
  }

  /**
   * A provider says what became of a call. It moves a delivery and nothing else: who has picked up a
   * telephone has not accepted an order. Throws `Refused` where the receipt is not the provider's.
   */
  receipt(name: string, raw: string, signature: string): void {
    const endpoint = this.endpoints.get(name);
    if (!endpoint?.secret) {
      const allowed = "an endpoint with a secret: receipts are signed by it";
      throw new Refused({ code: "no-receipts", message: `${name} gives no receipts`, allowed });
    }
    const own = Buffer.from(signatureOf(endpoint.secret, raw));
    const given = Buffer.from(signature);
    if (own.length !== given.length || !timingSafeEqual(own, given)) {
      const allowed = "X-Firelink-Signature: sha256=HMAC of the body";
      throw new Refused({ code: "bad-signature", message: "not signed by its secret", allowed });
    }
    const { key, status } = JSON.parse(raw) as { key: string; status: ReceiptState };
    if (status === "failed") return this.#failed(`webhook-${name}`, "receipt-failed", key);
    this.#delivered(key);
  }

  #delivered(key: string): void {
    const [subject = "", second = "", third = ""] = key.split(":");
    const { state } = this.#gateway.committed;
    const order = state.orders.get(subject);
    if (order) {
      const [revision, channel] = [Number(second), Number(third)];
      const { station } = order;
      this.#gateway.push({ kind: "delivery", station, order: subject, revision, channel });
    } else if (state.callOuts.has(subject)) {
      this.#gateway.push({ kind: "call-delivery", callOut: subject, person: second });
    } else if (state.linkages.has(subject)) {
      this.#gateway.push({ kind: "linkage-feedback", linkage: subject, feedback: "done" });
    }
  }

  /** `linkage` and `linkage_ok` of a device's state: the run it was told by, and whether it did it. */
  feedback(device: string, { linkage, linkage_ok: ok }: Readonly<Record<string, unknown>>): void {
    if (typeof linkage !== "string") return;
    const run = this.#gateway.committed.state.linkages.get(linkage);
    if (!run || !("device" in run.target) || `${run.site}/${run.target.device}` !== device) return;
    const feedback = ok === false ? "failed" : "done";
    if (run.feedback === feedback || run.state !== "due") return;
    this.#gateway.push({ kind: "linkage-feedback", linkage, feedback });
  }
}
