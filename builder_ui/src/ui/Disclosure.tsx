import { ChevronRight } from 'lucide-react';
import { useId, useState, type ReactElement, type ReactNode } from 'react';
import css from './pieces.module.css';

interface Props {
  readonly show: string;
  readonly hide: string;
  readonly open?: boolean;
  readonly children: () => ReactNode;
}

/** Content that is only built once somebody asks for it. */
export function Disclosure({ show, hide, open = false, children }: Props): ReactElement {
  const [isOpen, setOpen] = useState(open);
  const id = useId();
  return (
    <div>
      <button type="button" className={css.disclose} aria-expanded={isOpen} aria-controls={id} onClick={() => setOpen(!isOpen)}>
        <ChevronRight size={15} aria-hidden="true" />
        {isOpen ? hide : show}
      </button>
      <div id={id} hidden={!isOpen}>
        {isOpen && children()}
      </div>
    </div>
  );
}
