import { Plus, X } from 'lucide-react';
import type { ReactElement } from 'react';
import { lit, read, replaceAt, write, type Json, type Node } from '@/core/rule';
import { bodyOf, shapeOf, withKids, withMode, type Group, type Mode } from '@/core/ruleShape';
import { tallyOf, withTallyBody, type Tally } from '@/core/ruleTally';
import { Chip } from './Advanced';
import { newCondition } from './making';
import { useLexicon, type FieldInfo } from './names';
import { Condition, MODES, PutContext } from './Part';
import css from './Rules.module.css';
import { TallyOperand } from './Tally';
import { Operand, Source, type Change } from './Values';

interface GroupProps {
  readonly body: Node;
  readonly onChange: Change;
}

/** Which lines count: their conditions, one below the other. */
function Which({ body, onChange }: GroupProps): ReactElement {
  const lexicon = useLexicon();
  const { t } = lexicon;
  const group: Group = bodyOf(body);
  const kids = group.kids.map((kid) => kid.node);
  const put = (next: readonly Node[]): void => onChange(next.length > 0 ? withKids(body, next, true) : lit(true));
  const mode = (chosen: Mode): void => onChange(withMode(body, chosen));
  return (
    <div className={css.group} data-mode={group.mode} data-lines="tally">
      {kids.length > 0 && (
        <div className={css.modes} role="group" aria-label={t('rules.mode_of')}>
          {MODES.map((one) => (
            <button key={one} type="button" className={css.mode} data-mode={one} aria-pressed={group.mode === one} onClick={() => mode(one)}>{t(`rules.mode.${one}`)}</button>
          ))}
        </div>
      )}
      {group.kids.map((kid, index) => {
        const shape = shapeOf(kid.node);
        return (
          <div key={kid.at} className={css.part} data-kind={shape.kind}>
            <div className={css.partBody}>
              {shape.kind === 'test'
                ? <Condition node={kid.node} test={shape.test} at={kid.at} inLines />
                : <Chip node={kid.node} onApply={(next) => onChange(replaceAt(body, kid.at, next))} />}
            </div>
            <button type="button" className={css.chipX} aria-label={t('rules.tally_drop', { n: index + 1 })} onClick={() => put(kids.filter((_, n) => n !== index))}>
              <X size={13} aria-hidden="true" />
            </button>
          </div>
        );
      })}
      {kids.length === 0 && <p className={css.hint}>{t('rules.tally_each')}</p>}
      <button type="button" className={css.adder} onClick={() => put([...kids, newCondition(lexicon, true)])}>
        <Plus size={14} aria-hidden="true" />{t('rules.add_condition')}
      </button>
    </div>
  );
}

function TallyValue({ node, tally, onChange }: { readonly node: Node; readonly tally: Tally; readonly onChange: Change }): ReactElement {
  const { t } = useLexicon();
  const { body } = tally;
  const change: Change = (next, typing) => onChange(withTallyBody(node, next), typing);
  return (
    <div className={css.lines} data-kind="tally">
      <div className={css.condition}><TallyOperand node={node} tally={tally} onChange={onChange} /></div>
      <p className={css.quiet}>{t('rules.tally_where')}</p>
      <PutContext.Provider value={(at, part, _, typing) => change(replaceAt(body.node, at, part), typing)}>
        <Which body={body.node} onChange={change} />
      </PutContext.Provider>
    </div>
  );
}

interface Props {
  readonly about: FieldInfo;
  readonly value: Json;
  readonly label: string;
  readonly onChange: (value: Json, typing?: boolean) => void;
}

/** The value an action gives: written down, a parameter, a field, a formula, or a sum or number of lines. */
export function ActionValue({ about, value, label, onChange }: Props): ReactElement {
  const node = read(value);
  const tally = tallyOf(node);
  const change: Change = (next, typing) => onChange(write(next), typing);
  return (
    <>
      {tally
        ? <TallyValue node={node} tally={tally} onChange={change} />
        : <Operand node={node} about={about} inLines={false} label={label} onChange={change} />}
      <Source about={about} inLines={false} tallies onChange={change} />
    </>
  );
}
