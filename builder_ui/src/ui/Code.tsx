import { useMemo, useState, type CSSProperties, type ReactElement } from 'react';
import { layOut, type Line, type Token } from '@/core/exactJson';
import { useWords } from '@/i18n';
import { CopyButton } from './Copy';
import css from './pieces.module.css';

const COLOURED_LINES = 4_000;
const TOKEN_CLASS: Readonly<Record<Token['kind'], string | undefined>> = {
  key: css.key, string: css.string, number: css.number, word: css.word, mark: css.mark_,
};

function CodeLine({ line }: { readonly line: Line }): ReactElement {
  return (
    <span className={css.codeLine} style={{ '--depth': line.depth } as CSSProperties}>
      {line.tokens.map((token, i) => (
        <span key={i} className={TOKEN_CLASS[token.kind]}>
          {token.text}
        </span>
      ))}
    </span>
  );
}

interface Props {
  readonly text: string;
  readonly label: string;
  readonly copyLabel: string;
}

/** A received or sent document: laid out for reading, or exactly as it was. */
export function Code({ text, label, copyLabel }: Props): ReactElement {
  const { t } = useWords();
  const lines = useMemo(() => layOut(text), [text]);
  const [exact, setExact] = useState(false);
  const tidy = lines && lines.length <= COLOURED_LINES && !exact;
  return (
    <div className={css.code}>
      <div className={css.codeBar}>
        {lines && (
          <span className={css.codeTabs}>
            <button type="button" aria-pressed={!exact} onClick={() => setExact(false)}>{t('story.raw.tidy')}</button>
            <button type="button" aria-pressed={exact} onClick={() => setExact(true)}>{t('story.raw.exact')}</button>
          </span>
        )}
        <span className="ol-num">{t('story.raw.size', { n: text.length })}</span>
        <span style={{ flex: 1 }} />
        <CopyButton text={text} label={copyLabel} />
      </div>
      <pre className={css.codeBody} tabIndex={0} role="region" aria-label={label}>
        {tidy ? lines.map((line, i) => <CodeLine key={i} line={line} />) : <span className={css.codePlain}>{text}</span>}
      </pre>
    </div>
  );
}
