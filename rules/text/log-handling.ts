/** Lines of a time line, continued: checklist, 119, the second person, arrival, linkage, call-out. */
import type { Event } from "../event.ts";
import type { LogNames } from "./log.ts";

type Parameters = Readonly<Record<string, string | number>>;
type Line = readonly [key: string, parameters?: Parameters];
type Say = (key: string, parameters?: Parameters) => string;

export function handlingLine(event: Event, names: LogNames, word: Say): Line | null {
  switch (event.type) {
    case "checklist-opened":
    case "call-119-overdue":
      return [`log.${event.type}`];
    case "checklist-noted": {
      const row = word(`checklist.${event.row}`);
      return [`log.checklist-noted.${event.state}`, { row }];
    }
    case "command-119-noted":
      return [event.ended ? "log.command-119-ended" : "log.command-119-noted"];
    case "false-proposed":
      return ["log.false-proposed", { cause: word(`cause.${event.cause}`) }];
    case "false-rejected":
      return [event.by === null ? "log.false-unanswered" : "log.false-rejected"];
    case "recall-answered":
    case "recall-unanswered":
      return [`log.${event.type}`, { station: names.order(event.order) }];
    case "arrival-reached":
      return [`log.arrival-reached.${event.step}`, { station: names.order(event.order) }];
    case "arrival-due":
      return [`log.arrival-due.${event.step}`, { verdict: word(`log.verdict.${event.verdict}`) }];
    case "call-out-issued": {
      const rosters = Object.values(event.people);
      return ["log.call-out-issued", { count: rosters.reduce((sum, of) => sum + of.length, 0) }];
    }
    case "call-out-answered": {
      const { person, answer } = event;
      const said = word(`call-answer.${answer}`);
      const line = { name: names.person(person), answer: said };
      if (event.by === null) return ["log.call-out-answered", line];
      const { reportedBy = person, reportedVia = "phone" } = event;
      const way = word(`reported-via.${reportedVia}`);
      return ["log.call-out-entered", { ...line, reporter: names.person(reportedBy), way }];
    }
    default:
      return linkageLine(event, word);
  }
}

/** What a row of the table does is in its own words; which row it is stands in the inventory. */
function linkageLine(event: Event, word: Say): Line | null {
  switch (event.type) {
    case "linkage-began": {
      const { row, target, command } = event;
      const what =
        command ?? ("people" in target ? "people" : "station" in target ? "station" : null);
      return ["log.linkage-began", { row, what: what === null ? "" : word(`linkage.${what}`) }];
    }
    case "linkage-answered":
      return [`log.linkage-answered.${event.feedback}`];
    case "linkage-refused":
    case "linkage-unanswered":
    case "linkage-ended":
      return [`log.${event.type}`];
    default:
      return null;
  }
}
