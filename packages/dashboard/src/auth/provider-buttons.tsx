import { Button, Stack } from '@mantine/core'
import { signInText as text } from '../text/sign-in.ts'
import { providerPath, type AuthConfig } from './auth-client.ts'

type ProviderButtonsProps = {
  readonly providers: AuthConfig['providers']
  readonly returnTo: string
  /** Whether each is to ask him once more who he is. */
  readonly asksAgain?: boolean
}

/** To each provider, and from there to `returnTo`. */
export function ProviderButtons({ providers, returnTo, asksAgain = false }: ProviderButtonsProps) {
  return (
    <Stack gap="xs">
      {providers.map(({ id, name }) => (
        <Button key={id} component="a" href={providerPath(id, { returnTo, asksAgain })} variant="default">
          {text.signIn.with(name)}
        </Button>
      ))}
    </Stack>
  )
}
