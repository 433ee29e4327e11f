import {
  BellRing,
  CircleAlert,
  FileUp,
  Keyboard,
  GitBranch,
  PlugZap,
  Printer,
  NotebookTabs,
  Shirt,
  Table2,
  TableProperties,
  Truck,
  Undo2,
  Workflow,
  type LucideIcon,
} from 'lucide-react';
import type { Key } from './i18n';

export const GROUPS = ['daily', 'build', 'setup'] as const;
export type Group = (typeof GROUPS)[number];

export interface Place {
  readonly path: string;
  readonly word: Key;
  readonly icon: LucideIcon;
  readonly group: Group;
  /** On a phone it has a button of its own; the others are behind "more". */
  readonly always?: boolean;
  /** Not for those who may only look. */
  readonly ops?: boolean;
}

/** Places in the navigation; a feature adds its own when it arrives. */
export const PLACES: readonly Place[] = [
  { path: '/', word: 'nav.flow', icon: Workflow, group: 'daily', always: true },
  { path: '/orders', word: 'nav.orders', icon: Table2, group: 'daily', always: true },
  { path: '/exceptions', word: 'nav.exceptions', icon: CircleAlert, group: 'daily', always: true },
  { path: '/entry', word: 'nav.entry', icon: Keyboard, group: 'daily', always: true },
  { path: '/imports', word: 'nav.imports', icon: FileUp, group: 'daily' },
  { path: '/outbound', word: 'nav.outbound', icon: Truck, group: 'daily' },
  { path: '/labels', word: 'nav.labels', icon: Printer, group: 'daily' },
  { path: '/returns', word: 'nav.returns', icon: Undo2, group: 'daily' },
  { path: '/rules', word: 'nav.rules', icon: GitBranch, group: 'build' },
  { path: '/tables', word: 'nav.tables', icon: TableProperties, group: 'build' },
  { path: '/products', word: 'nav.products', icon: Shirt, group: 'build' },
  { path: '/records', word: 'nav.records', icon: NotebookTabs, group: 'build' },
  { path: '/connections', word: 'nav.connections', icon: PlugZap, group: 'setup', ops: true },
  { path: '/notifications', word: 'nav.notifications', icon: BellRing, group: 'setup' },
];

/** Whether an address lies at a place. */
export const isAt = (path: string, place: Place): boolean =>
  place.path === '/' ? path === '/' : path === place.path || path.startsWith(`${place.path}/`);

export const orderPath = (id: string): string => `/orders/${encodeURIComponent(id)}`;
export const importPath = (id: string): string => `/imports/${encodeURIComponent(id)}`;
export const tablePath = (id: string): string => `/tables/${encodeURIComponent(id)}`;
