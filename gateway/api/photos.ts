/** Photos: sent as they are, kept under a random id, and read by whoever may read their site. */
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import type { Permit } from "#rules/hot-work/permit.ts";
import { Refused } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import { insist } from "../identity/may.ts";
import { photoBytes, photoTypes } from "../identity/photos.ts";
import { readerOf } from "../identity/sessions.ts";
import { id } from "./bodies.ts";
import { refusal } from "./contract.ts";
import { sessionOf } from "./guard.ts";
import { photoAnswer } from "./hot-work-contract.ts";

const siteQuery = Type.Object({ site: id }, { additionalProperties: false });
const none = Type.Object({}, { additionalProperties: false });

export function photoRoutes(server: FastifyInstance, gateway: Gateway): void {
  const { photos } = gateway.door;
  server.addContentTypeParser([...photoTypes], { parseAs: "buffer" }, (_request, body, done) =>
    done(null, body),
  );
  server.post(
    "/api/v1/photos",
    {
      bodyLimit: photoBytes,
      schema: {
        summary: "A photo (JPEG, PNG or WebP, at most 8 MiB); gives its id",
        querystring: siteQuery,
        response: { 200: photoAnswer, default: refusal },
      },
      config: {
        action: "hot-work",
        // Whoever may do anything at the site may show it.
        scope: (request) => ({ site: (request.query as { site?: string }).site }),
        acts: true,
      },
    },
    async (request) => {
      const { site } = request.query as { site: string };
      const asker = readerOf(sessionOf(request));
      const isStation = asker.kind === "person" && asker.person.role === "station";
      insist(asker, "hot-work", isStation ? { station: asker.person.scope } : { site });
      if (!Buffer.isBuffer(request.body)) {
        const allowed = photoTypes.join(", ");
        throw new Refused({ code: "not-a-photo", message: "the body is no photo", allowed });
      }
      const { file } = await photos.put(request.body, { site, at: gateway.clock.now() });
      return { photo: file };
    },
  );
  server.get(
    "/api/v1/photos/:id",
    {
      schema: {
        summary: "A photo",
        params: Type.Object({ id }),
        querystring: none,
        response: { default: refusal },
      },
      config: { action: "read" },
    },
    async (request, reply) => {
      const { id: file } = request.params as { id: string };
      const site = photos.siteOf(file);
      const photo = site === null ? null : await photos.read(file);
      if (site === null || photo === null) {
        throw new Refused({ code: "not-found", message: "there is no such photo" });
      }
      insist(readerOf(sessionOf(request)), "read", { site, station: stationOf(gateway, file) });
      reply.header("content-disposition", "inline").type(photo.type);
      return reply.send(photo.bytes);
    },
  );
}

/** The station that inspects where the photo belongs to. */
function stationOf({ committed }: Gateway, file: string): string | undefined {
  const isOf = ({ report, inspection, dust, empty, finalPhoto }: Permit): boolean => {
    const signed = inspection?.signatures.map(({ photo }) => photo) ?? [];
    return [report.photo, dust, empty, finalPhoto, ...signed].some((photo) => photo?.file === file);
  };
  return [...committed.state.permits.values()].find(isOf)?.inspection?.station ?? undefined;
}
