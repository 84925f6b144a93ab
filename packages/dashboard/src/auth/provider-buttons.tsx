import { Button, Stack } from '@mantine/core'
import { signInText as text } from '../text/sign-in.ts'
import { providerPath, type AuthConfig } from './auth-client.ts'

type ProviderButtonsProps = { readonly providers: AuthConfig['providers']; readonly returnTo: string }

/** To each provider, and from there to `returnTo`. */
export function ProviderButtons({ providers, returnTo }: ProviderButtonsProps) {
  return (
    <Stack gap="xs">
      {providers.map(({ id, name }) => (
        <Button key={id} component="a" href={providerPath(id, returnTo)} variant="default">
          {text.signIn.with(name)}
        </Button>
      ))}
    </Stack>
  )
}
