import {
  Ban, CircleCheck, CircleDashed, CirclePause, CircleX, Clock, PackageCheck, PackageX, Send, Truck, Undo2, Warehouse,
  type LucideIcon,
} from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import type { OrderState } from '@/core/gridQuery';
import { known, useWords } from '@/i18n';
import css from './pieces.module.css';

export type Tone = 'blue' | 'warn' | 'orange' | 'bad' | 'violet' | 'teal' | 'good' | 'grey';

interface ChipProps {
  readonly tone: Tone;
  readonly icon?: LucideIcon;
  readonly children: ReactNode;
  readonly title?: string;
}

export function Chip({ tone, icon: Icon, children, title }: ChipProps): ReactElement {
  return (
    <span className={css.chip} data-tone={tone} title={title}>
      {Icon && <Icon size={13} aria-hidden="true" />}
      {children}
    </span>
  );
}

interface Look {
  readonly tone: Tone;
  readonly icon: LucideIcon;
}

export const STATE_LOOK: Readonly<Record<OrderState, Look>> = {
  awaiting_payment: { tone: 'grey', icon: Clock },
  to_ship: { tone: 'blue', icon: PackageCheck },
  held: { tone: 'warn', icon: CirclePause },
  short: { tone: 'orange', icon: PackageX },
  exception: { tone: 'bad', icon: CircleX },
  handed_over: { tone: 'violet', icon: Warehouse },
  shipped: { tone: 'teal', icon: Truck },
  completed: { tone: 'good', icon: CircleCheck },
  cancelled: { tone: 'grey', icon: Ban },
  closed: { tone: 'grey', icon: CircleDashed },
};

export function StateChip({ state }: { readonly state: OrderState }): ReactElement {
  const { t } = useWords();
  const look = STATE_LOOK[state] ?? { tone: 'grey', icon: CircleDashed };
  const key = known('state', state);
  return <Chip {...look}>{key ? t(key as 'state.to_ship') : state}</Chip>;
}

const FULFIL_LOOK: Readonly<Record<string, Look>> = {
  short: { tone: 'orange', icon: PackageX },
  waiting: { tone: 'blue', icon: Clock },
  handed_over: { tone: 'violet', icon: Warehouse },
  refused: { tone: 'bad', icon: PackageX },
  partly_shipped: { tone: 'teal', icon: Truck },
  shipped: { tone: 'teal', icon: Truck },
  cancelling: { tone: 'warn', icon: Undo2 },
  cancelled: { tone: 'grey', icon: Ban },
};

export function FulfilChip({ state }: { readonly state: string }): ReactElement {
  const { t } = useWords();
  const key = known('ful', state);
  return <Chip {...(FULFIL_LOOK[state] ?? { tone: 'grey', icon: Send })}>{key ? t(key as 'ful.waiting') : state}</Chip>;
}

/** A small sign of the channel in its own colour: one character, never a company's logo. */
const MARKS: Readonly<Record<string, readonly [sign: string, hue: Tone | 'rose']>> = {
  taobao: ['淘', 'orange'], tmall: ['猫', 'rose'], jd: ['京', 'bad'], pdd: ['拼', 'rose'], douyin: ['抖', 'grey'],
  wxshop: ['微', 'good'], rest: ['自', 'teal'], kuaishou: ['快', 'orange'], xhs: ['书', 'bad'], shopify: ['S', 'good'],
  file: ['表', 'blue'],
};

interface MarkProps {
  readonly platform: string;
  /** What people call it, where no sign of its own is known. */
  readonly title?: string;
}

export function PlatformMark({ platform, title }: MarkProps): ReactElement {
  const [sign, hue] = MARKS[platform] ?? [(title || platform).slice(0, 1).toUpperCase(), 'grey'];
  return (
    <span className={css.mark} data-tone={hue} aria-hidden="true">
      {sign}
    </span>
  );
}

/** Couriers come as the codes warehouses use. */
export function useCourierName(): (code: string) => string {
  const { t } = useWords();
  return (code) => {
    const key = known('courier', code);
    return key ? t(key as 'courier.SF') : code;
  };
}

export function usePlatformName(): (platform: string) => string {
  const { t } = useWords();
  return (platform) => {
    const key = known('platform', platform);
    return key ? t(key as 'platform.taobao') : platform;
  };
}
