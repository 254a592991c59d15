/** Devices over HTTP: every value with its quality and age, the state of the link; retry. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import Type from "typebox";
import { deviceKey } from "#rules/inventory.ts";
import { Refused } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import { may } from "../identity/may.ts";
import { readerOf } from "../identity/sessions.ts";
import type { LiveDevice } from "../live/devices.ts";
import { deviceList, deviceText } from "../views/devices.ts";
import { id } from "./bodies.ts";
import { refusal } from "./contract.ts";
import * as contract from "./device-contract.ts";
import { sessionOf } from "./guard.ts";

const none = Type.Object({}, { additionalProperties: false });
const params = Type.Object({ site: id, device: id });
type Params = { readonly site: string; readonly device: string };

const scope = (request: FastifyRequest) => ({ site: (request.params as Params).site });
const gives = <T extends Type.TSchema>(schema: T) => ({ 200: schema, default: refusal });

export function deviceRoutes(server: FastifyInstance, gateway: Gateway): void {
  server.get(
    "/api/v1/devices",
    {
      schema: {
        summary: "Devices that are asked for values, each with the state of its link",
        querystring: none,
        response: gives(contract.deviceList),
      },
      config: { action: "read" },
    },
    async (request) => {
      const asker = readerOf(sessionOf(request));
      return deviceList(gateway, (site) => may(asker, "read", { site }).may);
    },
  );
  server.get(
    "/api/v1/devices/:site/:device",
    {
      schema: {
        summary: "A device: its values with quality and age, and its link",
        params,
        querystring: none,
        response: gives(contract.deviceView),
      },
      config: { action: "read", scope },
    },
    // A text goes out as it is.
    async (request, reply) => {
      reply.type("application/json; charset=utf-8");
      return deviceText(gateway, deviceOf(gateway, request));
    },
  );
  server.post(
    "/api/v1/devices/:site/:device/retry",
    {
      schema: {
        summary: "Ask the device now, without waiting for the end of its pause",
        params,
        body: none,
        response: gives(none),
      },
      config: { action: "act", scope },
    },
    async (request) => {
      gateway.telemetry.devices.retry(deviceOf(gateway, request).key);
      return {};
    },
  );
}

function deviceOf(gateway: Gateway, request: FastifyRequest): LiveDevice {
  const { site, device } = request.params as Params;
  const { telemetry } = gateway;
  const key = deviceKey(site, device);
  const found = telemetry.devices.get(key);
  if (found) return found;
  telemetry.insistReady(key);
  throw new Refused({
    code: "not-found",
    message: `${site}/${device} is no device that is asked for values`,
    allowed: "a device whose inventory says where it answers (modbus)",
  });
}
