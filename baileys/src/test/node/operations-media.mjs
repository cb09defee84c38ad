// What the stand-in can be asked about what messages contain, and about the files that they carry.
import { proto } from 'baileys'
import { opened } from './media.mjs'

const SECONDS_TO_WAIT = 20
const FILES = ['imageMessage', 'videoMessage', 'audioMessage', 'documentMessage', 'stickerMessage']

/** Without what is around it for the sake of old phones. */
const inner = message => {
  const around = message.documentWithCaptionMessage ?? message.ephemeralMessage ?? message.viewOnceMessage
  return around ? inner(around.message) : message
}

export const mediaOperationsOf = server => {
  const person = name => [...server.directory.accounts.values()].map(({ phone }) => phone).find(phone => phone.name === name)
  const { media } = server

  return {
    /** Waits for a message of this id; gives all that it says, and the file that it carries as the reader gets it. */
    awaitContent: async ({ name, id }) => {
      const found = await person(name).until(({ inbox }) => inbox.find(m => m.id === id), SECONDS_TO_WAIT * 1000, name)
      const message = inner(found.message)
      const kind = FILES.find(each => message[each])
      const file = kind && opened(kind, message[kind], media.blobs.get(message[kind].directPath) ?? Buffer.alloc(0))
      return { message: proto.Message.create(message).toJSON(), file: file?.toString('base64') ?? null }
    },
    uploads: () => ({ taken: media.uploads, refused: media.refusals }),
    uploadsFail: ({ status }) => void (media.status = status ?? undefined)
  }
}
