import { Center, Loader } from '@mantine/core'
import { feedbackText as text } from '../text/feedback.ts'

export function PageLoader() {
  return (
    <Center py={96} role="status" aria-label={text.loading}>
      <Loader />
    </Center>
  )
}
