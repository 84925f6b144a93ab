import { PasswordInput, type PasswordInputProps } from '@mantine/core'
import { signInText as text } from '../text/sign-in.ts'

/** NIST SP 800-63B-4 section 3.1.1: length, and nothing about which characters. The server judges. */
export function NewPasswordInput(props: PasswordInputProps) {
  return (
    <PasswordInput
      label={text.newPassword}
      description={text.newPasswordHelp}
      autoComplete="new-password"
      required
      {...props}
    />
  )
}
