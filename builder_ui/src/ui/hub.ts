import { createContext, useContext } from 'react';
import type { Session, User } from '@/api/types';

export interface Hub {
  readonly user: User;
  readonly zone: string;
  readonly title: string;
  readonly demo: boolean;
  readonly demo_page: string | null;
  readonly version: string;
}

export function hubOf(session: Session, user: User): Hub {
  const { zone, title, demo, demo_page, version } = session.hub;
  return { user, zone, title, demo, demo_page, version };
}

const Context = createContext<Hub | null>(null);
export const HubProvider = Context.Provider;

/** The hub and the user signed in to it; only below the login. */
export function useHub(): Hub {
  const hub = useContext(Context);
  if (!hub) throw new Error('useHub is for screens behind the login');
  return hub;
}
