/** Rules as the gateway has them, and whether their page is open: that stands in the address. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import type { AdoptionList, PackTextView, RulePageView, RulesLook } from "#gateway/api/contract.ts";
import { getJson, postJson } from "../../shared/api.ts";
import { useDesk } from "../acts.ts";

/** As the gateway takes them: files, what the program ships, or a set that was in force. */
export type Source =
  | { readonly texts: readonly RuleFile[] }
  | { readonly house: true }
  | { readonly adopted: string };
export type RuleFile = { readonly name: string; readonly text: string };

/** Of 10,000 rules: 5 s to check and 8 s to adopt were measured on a busy machine. */
const longWorkMs = 120_000;
const address = "#rules";

export function showRules(): void {
  location.hash = address;
}

export function useShownRules(): boolean {
  return useSyncExternalStore(subscribe, () => location.hash === address);
}

function subscribe(listener: () => void): () => void {
  addEventListener("hashchange", listener);
  return () => removeEventListener("hashchange", listener);
}

export function useRulePages(q: string, kind: string) {
  return useInfiniteQuery({
    queryKey: ["rules", "pages", q, kind],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({
        ...(q === "" ? {} : { q }),
        ...(kind === "" ? {} : { kind }),
        ...(pageParam === null ? {} : { after: pageParam }),
      });
      return getJson<RulePageView>(`/api/v1/rules?${query}`, signal);
    },
    getNextPageParam: ({ next }) => next,
    placeholderData: (before) => before,
  });
}

export function useAdoptions() {
  return useQuery({
    queryKey: ["rules", "adoptions"],
    queryFn: ({ signal }) => getJson<AdoptionList>("/api/v1/rules/adoptions", signal),
    refetchInterval: 10_000,
  });
}

/** Who changes rules; another person who acts at this desk is for the gateway to judge. */
export function useMayChange(): boolean {
  const { person, acting } = useDesk().session;
  return (person.role === "admin" && person.scope === "*") || acting.id !== person.id;
}

export function look(source: Source): Promise<RulesLook> {
  return postJson("/api/v1/rules/look", { source }, { withinMs: longWorkMs });
}

type Adoption = {
  readonly seat: string;
  readonly source: Source;
  readonly base: string | null;
  readonly hash: string;
  readonly reason: string;
};

export function adopt(body: Adoption): Promise<{ readonly hash: string }> {
  return postJson("/api/v1/rules/adoptions", body, { withinMs: longWorkMs });
}

/** A pack in force, or the numbers of a site, as a file would have it. */
export async function readPack(pack: string): Promise<RuleFile> {
  const path = `/api/v1/rules/packs/${encodeURIComponent(pack)}`;
  const { text } = await getJson<PackTextView>(path);
  return { name: `${pack.replace(":", "-")}.yaml`, text };
}
