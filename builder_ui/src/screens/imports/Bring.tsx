import { Button } from '@mantine/core';
import { CircleAlert, Download, FileSpreadsheet, Store, X } from 'lucide-react';
import { useState, type DragEvent, type ReactElement } from 'react';
import { TEMPLATE_FORMS, templateOf, type FileImport, type ImportShop, type ImportShops } from '@/api/imports';
import { formatBytes } from '@/core/bytes';
import { useWords } from '@/i18n';
import { usePlatformName } from '@/ui/Chips';
import { NewShop } from './NewShop';
import { useUpload, type Uploading } from './useUpload';
import css from './Imports.module.css';

const TABLES = '.csv,.tsv,.txt,.xlsx,.xlsm,';
const ANSWERS = '.json,.jsonl,.ndjson';

interface ShopProps {
  readonly shops: readonly ImportShop[];
  readonly chosen: ImportShop | undefined;
  readonly choose: (id: string) => void;
  readonly open: () => void;
}

function ShopChoice({ shops, chosen, choose, open }: ShopProps): ReactElement {
  const { t } = useWords();
  const platform = usePlatformName();
  return (
    <div className={css.shop}>
      <label className={css.pick}>
        {t('imports.shop')}
        <select value={chosen?.id ?? ''} onChange={(event) => choose(event.currentTarget.value)}>
          <option value="" disabled>{t('imports.choose_shop')}</option>
          {shops.map((shop) => <option key={shop.id} value={shop.id}>{`${shop.title} · ${platform(shop.platform)}`}</option>)}
        </select>
      </label>
      <Button variant="light" leftSection={<Store size={16} />} onClick={open}>{t('imports.new_shop')}</Button>
      {chosen?.tables && (
        <p className={css.templates}>
          {t('imports.template')}
          {TEMPLATE_FORMS.map((form) => (
            <a key={form} href={templateOf(chosen.id, form)} download>
              <Download size={14} aria-hidden="true" />
              {t(`imports.template.${form}`)}
            </a>
          ))}
        </p>
      )}
      {chosen && !chosen.tables && <p className={css.quiet}>{t('imports.no_tables')}</p>}
      {chosen && !chosen.published && <p className={css.warn}>{t('imports.unpublished')}</p>}
    </div>
  );
}

function OnItsWay({ uploading, file }: { readonly uploading: Uploading; readonly file: File }): ReactElement {
  const { t } = useWords();
  const percent = Math.round(uploading.share * 100);
  return (
    <div className={css.zone} data-busy>
      <p role="status">{uploading.share < 1 ? t('imports.uploading', { name: file.name }) : t('imports.checking', { name: file.name })}</p>
      <progress className={css.progress} value={uploading.share} max={1} aria-label={t('imports.uploading', { name: file.name })} />
      <p className={css.quiet}><span className="ol-num">{percent}%</span> · {formatBytes(file.size)}</p>
      <Button variant="default" size="xs" leftSection={<X size={14} />} onClick={uploading.stop}>{t('common.cancel')}</Button>
    </div>
  );
}

interface ZoneProps {
  readonly shop: ImportShop | undefined;
  readonly most: number;
  readonly uploading: Uploading;
}

function Zone({ shop, most, uploading }: ZoneProps): ReactElement {
  const { t } = useWords();
  const [over, setOver] = useState(false);
  const bring = (files: ArrayLike<File> | null): void => void uploading.bring(files ?? [], shop?.id ?? '');
  const drag = (isOver: boolean) => (event: DragEvent): void => {
    event.preventDefault();
    setOver(isOver);
  };
  const { problem } = uploading;
  return (
    <>
      <label
        className={css.zone} data-over={over || undefined} onDragEnter={drag(true)} onDragOver={drag(true)} onDragLeave={drag(false)}
        onDrop={(event) => {
          drag(false)(event);
          bring(event.dataTransfer.files);
        }}
      >
        <FileSpreadsheet size={34} strokeWidth={1.5} aria-hidden="true" />
        <span className={css.zoneTitle}>{t('imports.drop')}</span>
        <span className={css.quiet}>{t('imports.drop_how', { limit: formatBytes(most) })}</span>
        <input
          className="ol-hide" type="file" accept={`${shop && !shop.tables ? '' : TABLES}${ANSWERS}`}
          onChange={(event) => {
            bring([...(event.currentTarget.files ?? [])]);
            event.currentTarget.value = '';
          }}
        />
      </label>
      {problem && <p className={css.problem} role="alert"><CircleAlert size={16} aria-hidden="true" /><span><b>{problem.title}</b> {problem.how}</span></p>}
    </>
  );
}

interface Props extends ImportShops {
  readonly asked: string | null;
  readonly arrived: (found: FileImport) => void;
}

/** A file finds its way into a shop: which shop, its template, and the file itself. */
export function Bring({ items, most_bytes: most, asked, arrived }: Props): ReactElement {
  const [picked, pick] = useState(asked);
  const [opening, setOpening] = useState(false);
  const uploading = useUpload(most, arrived);
  const chosen = items.find((shop) => shop.id === picked) ?? (items.length === 1 ? items[0] : undefined);
  return (
    <section className={css.bring}>
      <ShopChoice shops={items} chosen={chosen} choose={pick} open={() => setOpening(true)} />
      {uploading.file ? <OnItsWay uploading={uploading} file={uploading.file} /> : <Zone shop={chosen} most={most} uploading={uploading} />}
      {opening && <NewShop close={() => setOpening(false)} opened={(shop) => pick(shop.id)} />}
    </section>
  );
}
