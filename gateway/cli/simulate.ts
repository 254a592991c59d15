/**
 * `firelink simulate`: one act of a simulated device, a scenario from a file, or the tour. All of
 * them go to the running demo by its control.sock.
 */
import { say } from "#rules/text/render.ts";
import { Refused } from "../errors.ts";
import { actOf } from "./act.ts";
import { askGateway } from "./control.ts";
import { clock, playScenario } from "./scenario.ts";
import { WrongUsage } from "./wrong-usage.ts";

type Values = Readonly<Record<string, string | boolean | undefined>>;

export async function simulate(words: readonly string[], values: Values): Promise<unknown> {
  const [first = ""] = words;
  const ofTour = values.speed !== undefined || values.stop !== undefined;
  const dryRun = values["dry-run"] === true;
  // No action has such a character, and hardly a file has none.
  const isFile = /[./]/.test(first);
  if (isFile && (words.length > 1 || ofTour))
    throw new WrongUsage("simulate FILE.yaml [--dry-run]");
  if (isFile) return playScenario(first, { dryRun, json: values.json === true });
  if (dryRun) throw new WrongUsage("simulate FILE.yaml --dry-run");
  if (first === "tour") return tour(words, values);
  if (ofTour) {
    const message = "--speed and --stop belong to the tour";
    throw new Refused({ code: "bad-action", message, allowed: "simulate tour" });
  }
  return askGateway({ do: "simulate", act: actOf(words, "tour; FILE.yaml") });
}

/** Plays the tour and tells its steps, or ends the one that runs. */
async function tour(words: readonly string[], { speed, stop }: Values): Promise<unknown> {
  if (words.length > 1) {
    const allowed = "simulate tour [--speed N] [--stop]";
    throw new Refused({ code: "bad-action", message: `no tour ${words[1]}`, allowed });
  }
  if (stop === true) {
    const { running } = (await askGateway({ do: "stop-tour" })) as { running: boolean };
    return running ? "the tour is stopped" : "no tour was under way";
  }
  const request = { do: "tour", ...(speed === undefined ? {} : { speed }) };
  const { last } = (await askGateway(request, showStep)) as { last: string };
  if (last === "failed") {
    throw new Refused({ code: "tour-failed", message: "the tour failed: see the gateway's log" });
  }
  return 0;
}

function showStep(progress: string): void {
  const { step, sinceMs } = JSON.parse(progress) as { step: string; sinceMs: number };
  process.stdout.write(`${clock(sinceMs)}  ${say("en", `tour.${step}`)}\n`);
}
