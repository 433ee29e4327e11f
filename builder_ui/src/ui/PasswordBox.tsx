import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { Eye, EyeOff } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { useWords } from '@/i18n';

/** A password field whose eye can be reached by keyboard and says what it will do. */
export function PasswordBox(props: PasswordInputProps): ReactElement {
  const { t } = useWords();
  const [visible, setVisible] = useState(false);
  return (
    <PasswordInput
      visible={visible} onVisibilityChange={setVisible} visibilityToggleIcon={({ reveal }) => (reveal ? <EyeOff size={16} /> : <Eye size={16} />)}
      visibilityToggleButtonProps={{ 'aria-label': t(visible ? 'login.hide' : 'login.show'), 'aria-hidden': false, tabIndex: 0 }}
      aria-invalid={Boolean(props.error)} {...props}
    />
  );
}
