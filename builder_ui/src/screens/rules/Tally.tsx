import type { ReactElement } from 'react';
import { field, op, replaceAt, type Node } from '@/core/rule';
import { countOf, sumOfField, sumOfFormula, type Tally } from '@/core/ruleTally';
import { useLexicon } from './names';
import { Pick, type Options } from './Pick';
import { Operand, type Change } from './Values';

interface Props {
  readonly node: Node;
  readonly tally: Tally;
  readonly onChange: Change;
}

const COUNT = 'count';
const FORMULA = 'formula';
const SUM = 'sum:';

/** What each piece costs, times how many: the formula people want first. */
const WORTH = op('*', [field('quantity'), field('price')]);

/** What is added up: lines, a field of each, or a formula. */
export function TallyOperand({ node, tally, onChange }: Props): ReactElement {
  const lexicon = useLexicon();
  const { t } = lexicon;
  const { formula, body } = tally;
  const value = tally.what === 'count' ? COUNT : tally.field === null ? FORMULA : SUM + tally.field;
  const sum = (what: string): string => t('rules.tally.sum', { what });
  const shown = value === COUNT ? t('rules.tally.count') : tally.field === null ? t('rules.tally.formula') : sum(lexicon.field(tally.field).title);
  const groups = (): readonly Options[] => {
    const numbers = lexicon.line.filter(({ kind }) => kind === 'integer' || kind === 'money');
    const sums = numbers.map(({ name, title }) => ({ value: SUM + name, label: sum(title) }));
    return [{ label: '', options: [{ value: COUNT, label: t('rules.tally.count') }, ...sums, { value: FORMULA, label: t('rules.tally.formula') }] }];
  };
  const pick = (chosen: string): void => {
    if (chosen === COUNT) onChange(countOf(body.node));
    else onChange(chosen === FORMULA ? sumOfFormula(WORTH, body.node) : sumOfField(chosen.slice(SUM.length), body.node));
  };
  return (
    <>
      <Pick label={t('rules.tally_of')} value={value} shown={shown} groups={groups} onPick={pick} strong />
      {formula && (
        <Operand
          node={formula.node} about={null} inLines label={t('rules.tally.formula')}
          onChange={(next, typing) => onChange(replaceAt(node, formula.at, next), typing)}
        />
      )}
    </>
  );
}
