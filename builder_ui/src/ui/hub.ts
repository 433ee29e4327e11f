import { createContext, useContext } from 'react';
import type { Session, User } from '@/api/types';

export interface Hub {
  readonly user: User;
  readonly zone: string;
  readonly title: string;
  readonly demo: boolean;
  readonly version: string;
}

export function hubOf(session: Session, user: User): Hub {
  const { zone, title, demo, version } = session.hub;
  return { user, zone, title, demo, version };
}

const Context = createContext<Hub | null>(null);
export const HubProvider = Context.Provider;

/** The hub and the user signed in to it; only below the login. */
export function useHub(): Hub {
  const hub = useContext(Context);
  if (!hub) throw new Error('useHub is for screens behind the login');
  return hub;
}
