import { Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Ellipsis } from 'lucide-react';
import type { ReactElement } from 'react';
import { Link, useLocation } from 'wouter';
import { flowQuery } from '@/api/queries';
import { useWords } from '@/i18n';
import { GROUPS, isAt, PLACES, type Place } from '@/routes';
import { useHub } from '@/ui/hub';
import { Logo } from '@/ui/Logo';
import { useNarrow } from '@/ui/media';
import css from './Frame.module.css';

const groupsOf = (places: readonly Place[]): [string, readonly Place[]][] =>
  GROUPS.map((group): [string, readonly Place[]] => [group, places.filter((place) => place.group === group)])
    .filter(([, found]) => found.length > 0);

function Badge(): ReactElement | null {
  const { t } = useWords();
  // The flow's poll also feeds this badge; elsewhere its last answer is good enough.
  const open = useQuery({ ...flowQuery, refetchInterval: 10_000 }).data?.open_exceptions ?? 0;
  if (open === 0) return null;
  return (
    <>
      <span className={css.badge} aria-hidden="true">{open > 99 ? '99+' : open}</span>
      <span className="ol-hide">{t('exc.total', { n: open })}</span>
    </>
  );
}

function PlaceLink({ place }: { readonly place: Place }): ReactElement {
  const { t } = useWords();
  const [path] = useLocation();
  return (
    <Link href={place.path} className={css.place} aria-current={isAt(path, place) ? 'page' : undefined}>
      <place.icon size={20} strokeWidth={1.8} aria-hidden="true" />
      <span>{t(place.word as 'nav.flow')}</span>
      {place.path === '/exceptions' && <Badge />}
    </Link>
  );
}

/** What a phone has no room for, by group. */
function More({ places }: { readonly places: readonly Place[] }): ReactElement {
  const { t } = useWords();
  const [path] = useLocation();
  const here = places.find((place) => isAt(path, place));
  return (
    <Menu position="top-end" width={220}>
      <Menu.Target>
        <button type="button" className={css.place} data-here={here ? true : undefined}>
          <Ellipsis size={20} strokeWidth={1.8} aria-hidden="true" />
          <span>{here ? t(here.word as 'nav.flow') : t('nav.more')}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {groupsOf(places).map(([group, found]) => [
          <Menu.Label key={group}>{t(`nav.group.${group}` as 'nav.group.daily')}</Menu.Label>,
          ...found.map((place) => (
            <Menu.Item
              key={place.path} component={Link} href={place.path} leftSection={<place.icon size={16} aria-hidden="true" />}
              aria-current={isAt(path, place) ? 'page' : undefined}
            >
              {t(place.word as 'nav.flow')}
            </Menu.Item>
          )),
        ])}
      </Menu.Dropdown>
    </Menu>
  );
}

/** All places by group; on a phone those needed at any moment, and a menu of the others. */
export function Nav(): ReactElement {
  const { t } = useWords();
  const { user } = useHub();
  const narrow = useNarrow();
  const places = PLACES.filter((place) => !place.ops || user.role !== 'viewer');
  const shown = narrow ? places.filter((place) => place.always) : places;
  return (
    <nav className={css.nav} aria-label={t('nav.label')}>
      <Link href="/" className={css.home} aria-label={t('app.name')}>
        <Logo size={36} />
      </Link>
      {groupsOf(shown).map(([group, found]) => (
        <div key={group} className={css.group} role="group" aria-label={t(`nav.group.${group}` as 'nav.group.daily')}>
          {found.map((place) => <PlaceLink key={place.path} place={place} />)}
        </div>
      ))}
      {narrow && <More places={places.filter((place) => !place.always)} />}
    </nav>
  );
}
