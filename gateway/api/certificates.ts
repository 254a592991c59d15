/**
 * Certificates of OPC UA servers over HTTP: our own, those we trust, those we were shown and do not
 * trust. Nothing is ever trusted but by a person who has compared the thumbprint.
 */
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { Refused } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import { refusal } from "./contract.ts";
import { certificatesView } from "./device-contract.ts";

const none = Type.Object({}, { additionalProperties: false });
const thumbprint = Type.String({ pattern: "^[0-9A-Fa-f]{40}$" });
const gives = <T extends Type.TSchema>(schema: T) => ({ 200: schema, default: refusal });

export function certificateRoutes(server: FastifyInstance, gateway: Gateway): void {
  server.get(
    "/api/v1/opcua/certificates",
    {
      schema: {
        summary: "Certificates of OPC UA: own, trusted, rejected",
        querystring: none,
        response: gives(certificatesView),
      },
      config: { action: "read" },
    },
    async () => certificates(gateway),
  );
  server.post(
    "/api/v1/opcua/certificates/:thumbprint/trust",
    {
      schema: {
        summary: "Trust a rejected certificate from now on",
        params: Type.Object({ thumbprint }),
        body: none,
        response: gives(certificatesView),
      },
      config: { action: "administrate" },
    },
    async (request) => {
      await trustCertificate(gateway, (request.params as { thumbprint: string }).thumbprint);
      return certificates(gateway);
    },
  );
}

export async function certificates({ telemetry }: Gateway) {
  const all = await telemetry.devices.opcua.certificates();
  const { own = null, trusted = [], rejected = [] } = all ?? {};
  return { own, trusted: [...trusted], rejected: [...rejected] };
}

/** Throws where no rejected certificate has this thumbprint. */
export async function trustCertificate(gateway: Gateway, wanted: string): Promise<void> {
  const { opcua } = gateway.telemetry.devices;
  if (await opcua.trust(wanted)) {
    gateway.log.warn({ thumbprint: wanted.toLowerCase() }, "OPC UA: this certificate is trusted");
    return;
  }
  const rejected = (await opcua.certificates())?.rejected ?? [];
  throw new Refused({
    code: "not-found",
    message: `no rejected certificate has the thumbprint ${wanted}`,
    allowed: rejected.map((one) => one.thumbprint).join(", ") || "none was rejected",
  });
}
