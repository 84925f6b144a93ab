import { Group, Image, Text } from '@mantine/core'
import { useInstallation } from '../installation-context.ts'

/** Whose product this is. */
export function Brand() {
  const { product, logo } = useInstallation()
  return (
    <Group gap="xs" wrap="nowrap" miw={0}>
      {logo !== null && <Image src={logo} alt="" h={28} w="auto" mah={28} maw={120} fit="contain" />}
      <Text fw={700} size="lg" truncate>
        {product}
      </Text>
    </Group>
  )
}
