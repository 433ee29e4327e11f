import { Button, Modal } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { restoreVersion, versionsQuery, type Version } from '@/api/rules';
import { absolute } from '@/core/time';
import { useWords } from '@/i18n';
import { useToasts } from '@/store/toasts';
import { Busy } from '@/ui/Busy';
import { Chip } from '@/ui/Chips';
import { useHub } from '@/ui/hub';
import { ProblemState, sayProblem } from '@/ui/States';
import { current, takeTheirs } from './draft';
import css from './Rules.module.css';

interface Props {
  readonly close: () => void;
  readonly editable: boolean;
}

/** What was published, and one click back to any of it. */
export function VersionsDialog({ close, editable }: Props): ReactElement {
  const words = useWords();
  const { t } = words;
  const { zone } = useHub();
  const { key } = current();
  const client = useQueryClient();
  const show = useToasts((s) => s.show);
  const [busy, setBusy] = useState<number | null>(null);
  const { data, error, refetch } = useQuery(versionsQuery(key));
  const back = async (from: number): Promise<void> => {
    setBusy(from);
    try {
      const { version } = await restoreVersion(key, from);
      await takeTheirs(t('rules.step.version', { version: from }));
      void client.invalidateQueries({ queryKey: ['versions'] });
      show('good', t('rules.version_returned', { from, version }));
      close();
    } catch (problem) {
      const said = sayProblem(problem, words);
      show('bad', said.title, said.how);
    } finally {
      setBusy(null);
    }
  };
  const line = (version: Version): ReactElement => (
    <li key={version.version} className={css.version} data-version={version.version}>
      <div className={css.versionText}>
        <p><strong>{t('rules.version', { version: version.version })}</strong> {version.live && <Chip tone="good">{t('rules.version_live')}</Chip>}</p>
        <p>{version.note}</p>
        <p className={css.quiet}>{t('rules.version_by', { who: version.published_by, at: absolute(version.published_at, zone) })}</p>
      </div>
      {editable && !version.live && (
        <Button size="compact-sm" variant="light" loading={busy === version.version} onClick={() => void back(version.version)}>{t('rules.version_back')}</Button>
      )}
    </li>
  );
  return (
    <Modal opened onClose={close} title={t('rules.versions_title')} closeButtonProps={{ 'aria-label': t('common.close') }} size="lg">
      {error && <ProblemState error={error} title={t('rules.load_failed')} retry={() => void refetch()} />}
      {!data && !error && <Busy />}
      {data && <ul className={css.versions}>{data.items.map(line)}</ul>}
    </Modal>
  );
}
