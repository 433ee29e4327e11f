import { refreshProducts } from '@/api/products';
import { useDo as useDoing, type Doing } from '@/ui/useDo';

export const useDo = (): Doing => useDoing(refreshProducts);
