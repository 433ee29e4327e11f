import { Button } from '@mantine/core';
import { Braces } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { useWords } from '@/i18n';
import { read, write, type Json, type Node } from '@/core/rule';
import { sayJson } from '@/core/ruleSay';
import { LaterPopover } from './Pick';
import css from './Rules.module.css';

interface Props {
  readonly node: Node;
  readonly onApply: (node: Node) => void;
}

/** The text behind a part, for those who write it themselves. */
export function AdvancedText({ node, onApply }: Props): ReactElement {
  const { t } = useWords();
  const original = JSON.stringify(write(node), null, 2);
  const [text, setText] = useState(original);
  const [seen, setSeen] = useState(original);
  const [fault, setFault] = useState<string | null>(null);
  if (seen !== original) {
    setSeen(original);
    setText(original);
  }
  const apply = (): void => {
    try {
      onApply(read(JSON.parse(text) as Json));
      setFault(null);
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <div className={css.advanced}>
      <textarea
        className={css.source} aria-label={t('rules.advanced_text')} value={text} rows={Math.min(14, text.split('\n').length + 1)}
        spellCheck={false} onChange={(event) => setText(event.currentTarget.value)}
      />
      {fault && <p role="alert" className={css.fault}>{t('rules.advanced_bad', { reason: fault })}</p>}
      <Button size="compact-sm" variant="light" disabled={text === original} onClick={apply}>{t('rules.advanced_apply')}</Button>
    </div>
  );
}

/** Stands for what cannot be drawn; nothing of it is lost. */
export function Chip({ node, onApply }: Props): ReactElement {
  const { t } = useWords();
  const label = t('rules.chip_edit');
  const face = <><Braces size={13} aria-hidden="true" /><code>{sayJson(write(node))}</code></>;
  return (
    <LaterPopover label={`${label} ${sayJson(write(node))}`} className={css.codeChip} face={face}>
      {(close) => (
        <>
          <p className={css.popTitle}>{t('rules.advanced')}</p>
          <AdvancedText node={node} onApply={(next) => { onApply(next); close(); }} />
        </>
      )}
    </LaterPopover>
  );
}
