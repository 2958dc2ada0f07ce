import { renderTable } from '../../../src/demo/table.ts';
import type { SizeFigures } from './measure-size.ts';
import type { ReloadGrowth } from './reload-growth.ts';

export interface Goal {
  readonly what: string;
  readonly figure: number;
  readonly goal: number;
  readonly aim: number | null;
  /** Whether the figure must be at least the goal, or at most. */
  readonly atLeast: boolean;
  readonly met: boolean;
}

export interface PolicyReport {
  readonly conditions: {
    readonly node: string;
    readonly processor: string;
    readonly cores: number;
    /** RFC 3339, UTC. */
    readonly at: string;
    readonly conditionKinds: readonly string[];
  };
  readonly sizes: readonly SizeFigures[];
  readonly reloads: ReloadGrowth;
  readonly goals: readonly Goal[];
}

/** Engine → goal and aim of ours ÷ it, at the small and at the large size. */
const ratioGoals = [
  { engine: 'Cedar', small: [279, 300], large: [377, 500] },
  { engine: 'CASL', small: [2.9, 3], large: [19, 25] },
] as const;
/** Heap that caches may take up and give back, whatever leaks. */
const growthAllowed = 1.02;

function ratio({ engines, ourDifferences }: SizeFigures, than: string): number {
  const ours = engines.find(({ engine }) => engine === 'ours');
  const other = engines.find(({ engine }) => engine === than);
  if (ours === undefined || other === undefined) return Number.NaN;
  // Whoever is wrong is not fast.
  if (ours.wrong > 0 || other.wrong > 0 || ourDifferences > 0) return Number.NaN;
  return ours.perCpuSecond / other.perCpuSecond;
}

function goal(what: string, figure: number, [least, aim]: readonly [number, number | null], atLeast = true): Goal {
  return { what, figure, goal: least, aim, atLeast, met: atLeast ? figure >= least : figure <= least };
}

/** Every goal with its figure. Sizes come from small to large. */
export function goalsOf(sizes: readonly SizeFigures[], reloads: ReloadGrowth): Goal[] {
  const [small, large] = [sizes.at(0), sizes.at(-1)];
  if (small === undefined || large === undefined) return [];
  const own = ({ engines }: SizeFigures) => engines.find(({ engine }) => engine === 'ours')?.perCpuSecond ?? Number.NaN;
  return [
    ...ratioGoals.map(({ engine, ...of }) =>
      goal(`ours ÷ ${engine}, ${small.rules} rules`, ratio(small, engine), of.small),
    ),
    ...ratioGoals.map(({ engine, ...of }) =>
      goal(`ours ÷ ${engine}, ${large.rules} rules`, ratio(large, engine), of.large),
    ),
    goal(`own slow-down, ${small.rules} to ${large.rules} rules`, own(small) / own(large), [2, null], false),
    goal(`load of ${large.rules} rules, ours ÷ Cedar`, large.load.oursMs / large.load.cedarMs, [1, null], false),
    goal(`heap after ${reloads.reloads} reloads ÷ before`, reloads.late / reloads.early, [growthAllowed, null], false),
  ];
}

const digits = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

/** The report as a person reads it. */
export function renderPolicyReport({ conditions, sizes, goals }: PolicyReport, width: number): string {
  const right = (header: string) => ({ header, align: 'right' as const });
  const engines = [{ header: 'engine' }, ...['rules', 'requests/CPU-s', 'ours ÷ it', 'checked', 'wrong'].map(right)];
  const lines = sizes.flatMap((size) =>
    size.engines.map(({ engine, checked, wrong, perCpuSecond }) => {
      const differing = engine === 'ours' ? size.ourDifferences : wrong;
      const times = digits(ratio(size, engine));
      const fast = differing > 0 ? ['wrong', '–'] : [digits(perCpuSecond), engine === 'ours' ? '' : times];
      return [engine, String(size.rules), ...fast, String(checked), String(differing)];
    }),
  );
  const loads = sizes.map(({ rules, load }) => [String(rules), digits(load.oursMs), digits(load.cedarMs)]);
  const met = goals.map(({ what, figure, goal: bound, aim, atLeast, met: isMet }) => {
    const wanted = `${atLeast ? '≥' : '≤'} ${bound}${aim === null ? '' : ` (aim ${aim})`}`;
    return [what, digits(figure), wanted, isMet ? 'met' : 'missed'];
  });
  const { node, cores, processor, conditionKinds } = conditions;
  return [
    `Node ${node}, ${cores} cores (${processor}); medians; ${conditionKinds.length} kinds of condition`,
    renderTable(engines, lines, width),
    renderTable(['rules', 'load ours, CPU ms', 'load Cedar, CPU ms'].map(right), loads, width),
    renderTable([{ header: 'goal' }, right('figure'), right('wanted'), { header: '' }], met, width),
  ].join('\n\n');
}
