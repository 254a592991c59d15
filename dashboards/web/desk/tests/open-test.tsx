/** 开设试验: a list of points, the person on site, how the linkage stood before, and for how long. */
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { type ReactElement, useId, useState } from "react";
import type { DeviceView, DistrictMap, PersonContact } from "#gateway/api/contract.ts";
import type { Expected, LinkageMode } from "#rules/test-window/test-window.ts";
import { getJson, postJson } from "../../shared/api.ts";
import { formatClock, formatLasting } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import { Choices } from "../choices.tsx";
import { useDevices } from "../device/use-devices.ts";
import { Field } from "../field.tsx";
import { Frame, useActHere } from "../frame.tsx";
import { toRefusal } from "../refusal.ts";
import { useNow } from "../use-now.ts";
import type { TestsWord } from "./words/zh.ts";

const linkageModes: readonly LinkageMode[] = ["auto", "manual", "unknown"];
const hours = [1, 2, 3, 4] as const;
const hourMs = 3_600_000;

export function OpenTest({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { t } = useWords<TestsWord>();
  const act = useActHere();
  const clockOffsetMs = useLiveValue((live) => live.clockOffsetMs);
  const [site, setSite] = useState<string | null>(null);
  const [expected, setExpected] = useState<readonly Expected[]>([]);
  const [name, setName] = useState("");
  const [phone, setPhone] = useState("");
  const [linkage, setLinkage] = useState<LinkageMode | null>(null);
  const [lasts, setLasts] = useState<number>(1);
  const ready = site !== null && expected.length > 0 && name !== "" && phone !== "" && linkage;
  const run = async () => {
    if (!ready) return null;
    try {
      const tester = await postJson<PersonContact>("/api/v1/guests", { name, phone });
      const endsAt = Date.now() + clockOffsetMs + lasts * hourMs - 1000;
      return act({ command: "open-test", site, tester: tester.id, linkage, endsAt, expected });
    } catch (error) {
      return toRefusal(error);
    }
  };
  return (
    <Frame
      title={t("tests.new")}
      onClose={onClose}
      width={760}
      does={{ label: t("tests.new"), ready: Boolean(ready), run }}
    >
      <p className="muted">{t("tests.law")}</p>
      <Points
        site={site}
        expected={expected}
        onSite={(to) => {
          setSite(to);
          setExpected([]);
        }}
        onChange={setExpected}
      />
      <div className="test-fields">
        <Field label={t("tests.tester")} value={name} onChange={setName} />
        <Field label={t("tests.phone")} value={phone} onChange={setPhone} />
      </div>
      <Choices
        label={t("tests.linkage")}
        columns={3}
        choices={linkageModes.map((value) => ({ value, label: t(`tests.linkage.${value}`) }))}
        value={linkage}
        onChoose={(value) => setLinkage(value as LinkageMode)}
      />
      <Choices
        label={t("tests.lasts")}
        columns={4}
        choices={hours.map((count) => ({
          value: String(count),
          label: t("tests.hours", { count }),
        }))}
        value={String(lasts)}
        onChoose={(value) => setLasts(Number(value))}
      />
      <EndsAt lastsMs={lasts * hourMs} />
    </Frame>
  );
}

function EndsAt({ lastsMs }: { readonly lastsMs: number }): ReactElement {
  const { t } = useWords<TestsWord>();
  const now = useNow();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const at = formatClock(now + lastsMs, utcOffsetMin);
  return <p className="muted">{t("tests.until", { at, left: formatLasting(lastsMs) })}</p>;
}

type PointsProps = {
  readonly site: string | null;
  readonly expected: readonly Expected[];
  readonly onSite: (site: string) => void;
  readonly onChange: (expected: readonly Expected[]) => void;
};

function Points({ site, expected, onSite, onChange }: PointsProps): ReactElement {
  const { t, text } = useWords<TestsWord>();
  const list = useDevices(60_000);
  const [device, setDevice] = useState<string | null>(null);
  // A site may have buttons only, which have no values.
  const map = useQuery({
    queryKey: ["sites-of-map"],
    queryFn: ({ signal }) => getJson<DistrictMap>("/api/v1/map", signal),
    staleTime: 60_000,
  });
  const devices = list.data?.devices ?? [];
  const sites = new Map([
    ...(map.data?.sites ?? []).map(({ id, name }) => [id, text(name)] as const),
    ...devices.map((one) => [one.site, text(one.siteName)] as const),
  ]);
  if (list.isError) return <p className="problem">{t("tests.no-devices")}</p>;
  return (
    <>
      <div className="test-fields">
        <Pick
          label={t("tests.site")}
          value={site}
          options={[...sites].map(([value, label]) => ({ value, label }))}
          onChange={(to) => {
            setDevice(null);
            onSite(to);
          }}
        />
        {site !== null && (
          <Pick
            label={t("tests.device")}
            value={device}
            options={devices
              .filter((one) => one.site === site)
              .map((one) => ({ value: one.device, label: `${text(one.name)} ${one.device}` }))}
            onChange={setDevice}
          />
        )}
      </div>
      {site !== null && (
        <>
          {device !== null && (
            <DevicePoints site={site} device={device} expected={expected} onChange={onChange} />
          )}
          <Buttons expected={expected} onChange={onChange} />
          <p>{t("tests.listed", { count: expected.length })}</p>
        </>
      )}
    </>
  );
}

type PickProps = {
  readonly label: string;
  readonly value: string | null;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string) => void;
};

function Pick({ label, value, options, onChange }: PickProps): ReactElement {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <Select<string>
        id={id}
        size="large"
        showSearch={{ optionFilterProp: "label" }}
        value={value}
        options={[...options]}
        onChange={onChange}
      />
    </div>
  );
}

type ListedProps = Pick<PointsProps, "expected" | "onChange">;

/** Every point of the device that can be a cause: a setting is none. */
function DevicePoints({
  site,
  device,
  expected,
  onChange,
}: ListedProps & { readonly site: string; readonly device: string }): ReactElement {
  const { t, text } = useWords<TestsWord>();
  const id = useId();
  const view = useQuery({
    queryKey: ["device-points", site, device],
    queryFn: ({ signal }) => getJson<DeviceView>(`/api/v1/devices/${site}/${device}`, signal),
    staleTime: 60_000,
  });
  const own = expected.filter((one) => one.device === device).map(({ point }) => point);
  const options = (view.data?.points ?? []).map((point) => ({
    value: point.id,
    label: `${text(point.name)} ${point.id}`,
  }));
  return (
    <div className="field">
      <label htmlFor={id}>{t("tests.points")}</label>
      <Select<string[]>
        id={id}
        mode="multiple"
        size="large"
        loading={view.isPending}
        showSearch={{ optionFilterProp: "label" }}
        placeholder={t("tests.points-choose")}
        value={own}
        options={options}
        onChange={(points) =>
          onChange([
            ...expected.filter((one) => one.device !== device),
            ...points.map((point) => ({ device, point })),
          ])
        }
      />
    </div>
  );
}

/** One-button alarms have no page of values: their ids are typed. */
function Buttons({ expected, onChange }: ListedProps): ReactElement {
  const { t } = useWords<TestsWord>();
  const id = useId();
  const own = expected.filter(({ point }) => point === "press").map(({ device }) => device);
  return (
    <div className="field">
      <label htmlFor={id}>{t("tests.button")}</label>
      <Select<string[]>
        id={id}
        mode="tags"
        size="large"
        open={false}
        tokenSeparators={[" ", ","]}
        placeholder={t("tests.button-hint")}
        value={own}
        onChange={(devices) =>
          onChange([
            ...expected.filter(({ point }) => point !== "press"),
            ...devices.map((device) => ({ device, point: "press" })),
          ])
        }
      />
    </div>
  );
}
