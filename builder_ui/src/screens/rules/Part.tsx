import { Plus } from 'lucide-react';
import { createContext, memo, useContext, type ReactElement } from 'react';
import { build, FOR_TALLIES, offered, rightFor, takes, type Comparison, type Part as Side, type Test } from '@/core/operators';
import { lit, replaceAt, type Node } from '@/core/rule';
import { aboutOf, label as labelOf, named, sayComparison } from '@/core/ruleSay';
import { bodyOf, LINE_MODES, newGroup, shapeOf, withLineMode, withMode, type Group, type LineMode, type Lines, type Mode, type TallyTest } from '@/core/ruleShape';
import type { InLines } from '@/core/ruleMoves';
import { sumOfField } from '@/core/ruleTally';
import { Grip } from '@/dnd/Grip';
import { Chip } from './Advanced';
import { add, gripOf, partItem, WHEN } from './dragging';
import { editPart, editRule } from './edit';
import { FindingNote, keyOf } from './Findings';
import { TimeBox } from './Fields';
import { newCondition, newLines, newTally } from './making';
import { useLexicon, type FieldInfo, type Lexicon } from './names';
import { PartMenu } from './PartMenu';
import { Pick } from './Pick';
import css from './Rules.module.css';
import { Tick } from './Tick';
import { TallyOperand } from './Tally';
import { Many, Operand, Source } from './Values';
import { useView } from './view';

interface PartProps {
  readonly node: Node;
  readonly at: string;
  readonly inLines: boolean;
}

const UNKNOWN: FieldInfo = { name: '', kind: 'text', title: '', choices: [], known: false };

/** What is known of a field, or of a fact, which has no name of its own. */
function infoOf(about: ReturnType<typeof aboutOf>, lexicon: Lexicon): FieldInfo {
  if (!about) return UNKNOWN;
  return about.name === '' ? { ...about, known: true } : lexicon.field(about.name);
}

/** One part of a rule. Drawn again only when its own piece of the document changes. */
export const Part = memo(function Part({ node, at, inLines }: PartProps): ReactElement {
  const lexicon = useLexicon();
  const shape = shapeOf(node);
  const what = labelOf(node, lexicon);
  return (
    <div className={css.part} data-part={at || '/'} data-kind={shape.kind}>
      <Grip id={gripOf(at)} label={what} make={() => partItem(at, node, lexicon)} />
      <div className={css.partBody}>
        {shape.kind === 'group' && <GroupBox node={node} group={shape} at={at} inLines={inLines} lines={null} />}
        {shape.kind === 'lines' && <LinesBox node={node} lines={shape} at={at} />}
        {shape.kind === 'tally' && <TallyBox node={node} shape={shape} at={at} />}
        {shape.kind === 'test' && <Condition node={node} test={shape.test} at={at} inLines={inLines} />}
        {shape.kind === 'raw' && <Chip node={node} onApply={(next) => editPart(at, next, lexicon.t('rules.step.advanced'))} />}
        <Faults at={at} />
      </div>
      <Tick at={at} />
      <PartMenu at={at} node={node} />
    </div>
  );
});

function Faults({ at }: { readonly at: string }): ReactElement | null {
  const faults = useView((s) => s.faults.get(at));
  return faults ? <>{faults.map((finding) => <FindingNote key={keyOf(finding)} finding={finding} />)}</> : null;
}

interface ConditionProps extends PartProps {
  readonly test: Test;
}

/** Puts another part at a place: into the row's condition, or into what an action works out. */
export const PutContext = createContext(editPart);

export function Condition({ node, test, at, inLines }: ConditionProps): ReactElement {
  const put = useContext(PutContext);
  const lexicon = useLexicon();
  const { t } = lexicon;
  const about = aboutOf(test.left.node, lexicon);
  const info = infoOf(about, lexicon);
  const step = t('rules.step.change', { what: labelOf(node, lexicon) });
  const set = (side: Side) => (next: Node, typing = false): void => put(at + side.at, next, step, typing);
  const compare = (cmp: string): void => {
    const chosen = cmp as Comparison;
    put(at, build(chosen, test.left.node, rightFor(chosen, info, test.right.map((side) => side.node))), step);
  };
  const left = (next: Node, typing = false): void => {
    const was = aboutOf(test.left.node, lexicon);
    const now = aboutOf(next, lexicon);
    const other = now && was && now.name !== was.name ? infoOf(now, lexicon) : null;
    if (!other) return set(test.left)(next, typing);
    // Another field: the comparison stays if the field has it, the value if it is of the same kind.
    const cmp = offered(other.kind, other.name).includes(test.cmp) ? test.cmp : (offered(other.kind, other.name)[0] ?? 'eq');
    const keeps = other.kind === info.kind && other.choices.length === 0 && info.choices.length === 0 && cmp === test.cmp;
    const right = keeps ? test.right.map((side) => side.node) : rightFor(cmp, other, []);
    put(at, build(cmp, next, right), step);
  };
  return (
    <div className={css.condition}>
      <Operand node={test.left.node} about={null} inLines={inLines} label={t('rules.field_of')} onChange={left} />
      <Pick
        label={t('rules.cmp_of')} value={test.cmp} shown={sayComparison(test, info, t)} onPick={compare}
        groups={() => [{ label: '', options: offered(info.kind, info.name).map((cmp) => ({ value: cmp, label: sayComparison({ cmp }, info, t) })) }]}
      />
      <RightSide test={test} info={info} inLines={inLines} lexicon={lexicon} set={set} />
    </div>
  );
}

interface TallyProps {
  readonly node: Node;
  readonly shape: TallyTest;
  readonly at: string;
}

/** A sum or count over lines, what it is compared with, and which lines count. */
function TallyBox({ node, shape, at }: TallyProps): ReactElement {
  const lexicon = useLexicon();
  const { t } = lexicon;
  const { test, body } = shape;
  const info = infoOf(aboutOf(test.left.node, lexicon), lexicon);
  const step = t('rules.step.change', { what: labelOf(node, lexicon) });
  const set = (side: Side) => (next: Node, typing = false): void => editPart(at + side.at, next, step, typing);
  const right = (of: FieldInfo, cmp: Comparison): readonly Node[] => rightFor(cmp, of, of.kind === info.kind ? test.right.map((side) => side.node) : []);
  const compare = (cmp: string): void => editPart(at, build(cmp as Comparison, test.left.node, right(info, cmp as Comparison)), step);
  const left = (next: Node, typing = false): void => {
    const other = infoOf(aboutOf(next, lexicon), lexicon);
    if (other.kind === info.kind) set(test.left)(next, typing);
    else editPart(at, build(test.cmp, next, right(other, test.cmp)), step);
  };
  return (
    <div className={css.lines}>
      <div className={css.condition}>
        <span>{t('rules.tally_before')}</span>
        <TallyOperand node={test.left.node} tally={shape.tally} onChange={left} />
        <Pick
          label={t('rules.cmp_of')} value={test.cmp} shown={sayComparison(test, info, t)} onPick={compare}
          groups={() => [{ label: '', options: FOR_TALLIES.map((cmp) => ({ value: cmp, label: sayComparison({ cmp }, info, t) })) }]}
        />
        <RightSide test={test} info={info} inLines={false} lexicon={lexicon} set={set} />
      </div>
      <p className={css.quiet}>{t('rules.tally_where')}</p>
      <GroupBox node={body.node} group={bodyOf(body.node)} at={at + body.at} inLines lines="tally" />
    </div>
  );
}

interface RightProps {
  readonly test: Test;
  readonly info: FieldInfo;
  readonly inLines: boolean;
  readonly lexicon: Lexicon;
  readonly set: (side: Side) => (next: Node, typing?: boolean) => void;
}

function RightSide({ test, info, inLines, lexicon, set }: RightProps): ReactElement | null {
  const { t } = lexicon;
  const kind = takes(test.cmp);
  const [first, second] = test.right;
  if (kind === 'nothing' || !first) return null;
  const label = t('rules.value_of');
  if (kind === 'many') return <Many node={first.node} cmp={test.cmp} about={info} label={label} onChange={set(first)} />;
  if (kind === 'set') return <SetPick side={first} lexicon={lexicon} set={set} />;
  const one = (side: Side, name: string): ReactElement =>
    kind === 'clock' && side.node.kind === 'lit' && typeof side.node.value === 'string'
      ? <TimeBox label={name} value={side.node.value} onChange={(text) => set(side)(lit(text), true)} />
      : <Operand node={side.node} about={info} inLines={inLines} label={name} onChange={set(side)} />;
  if (second) {
    return (
      <>
        {one(first, t('rules.from'))}
        <span className={css.quiet}>{t('rules.say.to')}</span>
        {one(second, t('rules.until'))}
      </>
    );
  }
  return (
    <>
      {one(first, label)}
      {info.kind !== 'yes_no' && <Source about={info} inLines={inLines} onChange={set(first)} />}
    </>
  );
}

function SetPick({ side, lexicon, set }: Pick_<'lexicon' | 'set'> & { readonly side: Side }): ReactElement {
  const { t, sets, say } = lexicon;
  const value = named(side.node, 'set') ?? (side.node.kind === 'lit' ? String(side.node.value) : '');
  return (
    <Pick
      label={t('rules.value_of')} value={value} shown={value ? lexicon.set(value) : t('rules.choose')}
      groups={() => [{ label: '', options: sets.map((entry) => ({ value: entry.key, label: say(entry.title) })) }]}
      onPick={(key) => set(side)(lit(key))}
    />
  );
}

type Pick_<K extends keyof RightProps> = { readonly [P in K]: RightProps[P] };

export const MODES: readonly Mode[] = ['all', 'any', 'none'];

interface GroupProps {
  readonly node: Node;
  readonly group: Group;
  readonly at: string;
  readonly inLines: boolean;
  /** The box of line conditions this group is the inside of. */
  readonly lines: InLines | null;
}

/** A group with its coloured rail; its contents can be dragged in and out. */
export function GroupBox({ node, group, at, inLines, lines }: GroupProps): ReactElement {
  const { t } = useLexicon();
  const mode = (chosen: Mode): void => {
    const step = t('rules.step.mode', { what: t(`rules.mode.${chosen}`) });
    editRule((root) => replaceAt(root, at, withMode(node, chosen)), step);
  };
  const choosable = group.kids.length > 0 || !group.implied;
  return (
    <div className={css.group} data-mode={group.mode} data-lines={lines ?? undefined}>
      {choosable && (
        <div className={css.modes} role="group" aria-label={t('rules.mode_of')}>
          {MODES.map((one) => (
            <button key={one} type="button" className={css.mode} data-mode={one} aria-pressed={group.mode === one} onClick={() => mode(one)}>
              {t(`rules.mode.${one}`)}
            </button>
          ))}
        </div>
      )}
      <div className={css.zone} data-zone={WHEN + at}>
        {group.kids.map((kid) => <Part key={at + kid.at} node={kid.node} at={at + kid.at} inLines={inLines} />)}
        {group.kids.length === 0 && <p className={css.hint}>{t(at === '' ? 'rules.no_conditions' : lines === 'tally' ? 'rules.tally_all' : 'rules.empty_group')}</p>}
        <Adders at={at} size={group.kids.length} inLines={inLines} />
      </div>
    </div>
  );
}

function Adders({ at, size, inLines }: { readonly at: string; readonly size: number; readonly inLines: boolean }): ReactElement {
  const lexicon = useLexicon();
  const { t } = lexicon;
  const place = { container: at, index: size };
  const hasLines = !inLines && lexicon.line.length > 0;
  const button = (what: string, make: () => Node): ReactElement => (
    <button type="button" className={css.adder} onClick={() => add(make, place, what, lexicon)}>
      <Plus size={14} aria-hidden="true" />{what}
    </button>
  );
  return (
    <div className={css.adders}>
      {button(t('rules.add_condition'), () => newCondition(lexicon, inLines))}
      {button(t('rules.add_group'), () => newGroup('any', [newCondition(lexicon, inLines)]))}
      {hasLines && button(t('rules.add_lines'), () => newLines(lexicon))}
      {hasLines && button(t('rules.add_sum'), () => newTally(sumOfField('quantity')))}
    </div>
  );
}

interface LinesProps {
  readonly node: Node;
  readonly lines: Lines;
  readonly at: string;
}

function LinesBox({ node, lines, at }: LinesProps): ReactElement {
  const { t } = useLexicon();
  const pick = (mode: string): void =>
    editPart(at, withLineMode(node, mode as LineMode), t('rules.step.mode', { what: t(`rules.lines.${mode as LineMode}`) }));
  return (
    <div className={css.lines}>
      <div className={css.linesHead}>
        <span>{t('rules.lines_before')}</span>
        <Pick
          label={t('rules.lines_of')} value={lines.mode} shown={t(`rules.lines.${lines.mode}`)} strong onPick={pick}
          groups={() => [{ label: '', options: LINE_MODES.map((mode) => ({ value: mode, label: t(`rules.lines.${mode}`) })) }]}
        />
        <span>{t('rules.lines_after')}</span>
        <span className={css.quiet}>{t(`rules.lines_empty.${lines.mode}`)}</span>
      </div>
      <GroupBox node={lines.body.node} group={bodyOf(lines.body.node)} at={at + lines.body.at} inLines lines={lines.mode} />
    </div>
  );
}
