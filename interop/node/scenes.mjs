// What happens in the streams that `streams.mjs` records: small, with fixed ids, times and keys.

import { B, proto } from './baileys.mjs'

const BUDI = { pn: '6281111111111@s.whatsapp.net', lid: '11122233344455@lid' }
const SARI = { pn: '6282222222222@s.whatsapp.net', lid: '22233344455566@lid' }
const US = { pn: '6289999999999@s.whatsapp.net', lid: '98765432109876@lid' }
const GROUP = '120363021234567890@g.us'
const device = (jid, number) => jid.replace('@', `:${number}@`)
const buffer = (size, byte) => Buffer.alloc(size, byte)
const text = conversation => ({ conversation })

/** From people, by phone number or LID; in the group; and from our phone to them. */
const fromBudi = (id, at) => ({ id, at, from: BUDI.pn, notify: 'budi88' })
const fromSari = (id, at) => ({ id, at, from: SARI.pn, notify: 'sari' })
const inGroup = (who, id, at) => ({ id, at, from: GROUP, participant: who.lid, participant_pn: who.pn, addressing_mode: 'lid' })
const ofOurPhone = (to, id, at) => ({ id, at, from: US.pn, recipient: to })
const ofOursInGroup = (id, at) => ({ id, at, from: GROUP, participant: US.lid, addressing_mode: 'lid' })

const revoke = key => ({ protocolMessage: { type: 0, key } })
const edit = (key, editedMessage, at) => ({ protocolMessage: { type: 14, key, editedMessage, timestampMs: (1760000000 + at) * 1000 } })
const reaction = (key, emoji, at) => ({ reactionMessage: { key, text: emoji, senderTimestampMs: (1760000000 + at) * 1000 } })

/** Keys as the sender sees them. */
const own = (remoteJid, id) => ({ remoteJid, fromMe: true, id })
const other = (remoteJid, id, participant) => ({ remoteJid, fromMe: false, id, ...(participant ? { participant } : {}) })

const encrypted = (plain, secret, use, id, creator, author) => {
  const sign = Buffer.concat([Buffer.from(id + creator + author + use), Buffer.from([1])])
  const key = B.hmacSign(sign, B.hmacSign(secret, Buffer.alloc(32), 'sha256'), 'sha256')
  const encIv = buffer(12, 6)
  return { encPayload: B.aesEncryptGCM(plain, key, encIv, Buffer.from(`${id}\u0000${author}`)), encIv }
}

export const scenes = {
  /** Two people and a group; who is who is learnt in the middle; devices in addresses; an id used by two. */
  talk: {
    async play(client) {
      await client.message({ ...fromBudi('T1', 1), from: device(BUDI.pn, 5) }, text('good morning'))
      await client.presence('chatstate', { from: BUDI.pn }, [{ tag: 'composing', attrs: {} }])
      await client.message(ofOurPhone(BUDI.pn, 'T2', 3), {
        extendedTextMessage: { text: 'morning!', contextInfo: { stanzaId: 'T1', participant: BUDI.pn, quotedMessage: text('good morning') } }
      })
      await client.message({ ...fromBudi('T3', 5), from: device(BUDI.lid, 2), sender_pn: BUDI.pn, addressing_mode: 'lid' }, text('it is me'))
      await client.message({ ...fromBudi('T4', 6), sender_lid: BUDI.lid }, {
        imageMessage: {
          url: 'https://mmg.example/x', mimetype: 'image/jpeg', caption: 'the harbour', fileSha256: buffer(32, 1), fileLength: 123456,
          mediaKey: buffer(32, 2), fileEncSha256: buffer(32, 3), directPath: '/x', mediaKeyTimestamp: 1760000000
        }
      })
      await client.message({ ...inGroup(SARI, 'G1', 10), participant: device(SARI.lid, 3), notify: 'sari' }, text('hi all'))
      await client.message(ofOursInGroup('G2', 11), text('hi Sari'))
      await client.message(inGroup(BUDI, 'G1', 12), text('my id is yours'))
      await client.message({ id: 'S1', at: 13, from: 'status@broadcast', participant: SARI.pn }, { extendedTextMessage: { text: 'at sea' } })
      await client.notification({ id: 'N1', at: 14, from: BUDI.pn, type: 'picture' }, { tag: 'set', attrs: { id: '5' } })
      await client.notification({ id: 'N2', at: 15, from: SARI.pn, type: 'account_sync' }, {
        tag: 'blocklist', attrs: {}, content: [{ tag: 'item', attrs: { jid: '6283333333333@s.whatsapp.net', action: 'block' } }]
      })
    }
  },

  /** What we send: to one, refused, to a group; receipts of several devices; what our phone read. */
  sends: {
    async play(client) {
      await client.send(BUDI.pn, { text: 'on my way' }, { id: 'O1', at: 1 })
      await client.receipt({ id: 'O1', at: 3, from: device(BUDI.pn, 2) })
      await client.receipt({ id: 'O1', at: 5, from: BUDI.pn, type: 'read' })
      await client.receipt({ id: 'O1', at: 6, from: device(BUDI.pn, 3) })
      await client.send(SARI.pn, { text: 'hello?' }, { id: 'O2', at: 7 })
      await client.refused({ id: 'O2', from: SARI.pn, error: '479' })
      await client.send(GROUP, { text: 'to all' }, { id: 'O3', at: 10 })
      await client.receipt({ id: 'O3', at: 11, from: GROUP, participant: device(BUDI.lid, 1) })
      await client.receipt({ id: 'O3', at: 12, from: GROUP, participant: device(SARI.lid, 4) })
      await client.receipt({ id: 'O3', at: 13, from: GROUP, participant: BUDI.lid, type: 'read' })
      await client.receipt({ id: 'O3', at: 14, from: GROUP, participant: device(BUDI.lid, 9) })
      await client.message(fromBudi('T1', 20), text('where are you'))
      await client.receipt({ id: 'T1', at: 21, from: US.pn, recipient: BUDI.pn, type: 'read' })
    }
  },

  /** Twice by another, in a group, and by our phone. */
  edits: {
    async play(client) {
      await client.message(fromBudi('T1', 1), { ...text('helo'), messageContextInfo: { messageSecret: buffer(32, 9) } })
      await client.message(fromBudi('E1', 10), edit(own(US.pn, 'T1'), text('hello'), 10))
      await client.message(fromBudi('E2', 20), edit(own(US.pn, 'T1'), text('hello!'), 20))
      await client.message(inGroup(SARI, 'G1', 21), text('at nine'))
      await client.message(inGroup(SARI, 'E3', 25), edit(own(GROUP, 'G1'), text('at ten'), 25))
      await client.send(BUDI.pn, { text: 'se you' }, { id: 'O1', at: 30 })
      await client.message(ofOurPhone(BUDI.pn, 'E4', 33), edit(own(BUDI.pn, 'O1'), text('see you'), 33))
    }
  },

  /** Another's, ours, one's own in a group, a member's and ours by an admin, and one that never came. */
  revokes: {
    async play(client) {
      await client.message(fromBudi('T1', 1), text('a secret'))
      await client.message(fromBudi('R1', 5), revoke(own(US.pn, 'T1')))
      await client.send(BUDI.pn, { text: 'a slip' }, { id: 'O1', at: 6 })
      await client.message(ofOurPhone(BUDI.pn, 'R2', 8), revoke(own(BUDI.pn, 'O1')))
      await client.message(inGroup(SARI, 'G1', 10), text('one'))
      await client.message(inGroup(SARI, 'R3', 12), revoke(own(GROUP, 'G1')))
      await client.message(inGroup(BUDI, 'G2', 13), text('two'))
      await client.message(inGroup(SARI, 'R4', 15), revoke(other(GROUP, 'G2', BUDI.lid)))
      await client.message(fromBudi('R5', 16), revoke(own(US.pn, 'T0')))
    }
  },

  /** Put, changed, taken back; by two in a group; ours, by our phone. */
  reactions: {
    async play(client) {
      await client.send(BUDI.pn, { text: 'done' }, { id: 'O1', at: 1 })
      await client.message(fromBudi('X1', 3), reaction(other(US.pn, 'O1'), '👍', 3))
      await client.message(fromBudi('X2', 4), reaction(other(US.pn, 'O1'), '🎉', 4))
      await client.message(fromBudi('T1', 5), text('great'))
      await client.message(ofOurPhone(BUDI.pn, 'X3', 6), reaction(other(BUDI.pn, 'T1'), '❤️', 6))
      await client.message(ofOursInGroup('G1', 10), text('who comes?'))
      await client.message(inGroup(BUDI, 'X4', 12), reaction(other(GROUP, 'G1', US.lid), '👍', 12))
      await client.message(inGroup(SARI, 'X5', 13), reaction(other(GROUP, 'G1', US.lid), '👎', 13))
      await client.message(inGroup(BUDI, 'X6', 14), reaction(other(GROUP, 'G1', US.lid), '', 14))
    }
  },

  /** What could not be decrypted: answered by our phone, sent again, and left as it is. */
  placeholders: {
    async play(client) {
      const key = { remoteJid: BUDI.pn, remoteJidAlt: BUDI.lid, fromMe: false, id: 'P1', addressingMode: 'pn' }
      client.placeholders.set('P1', { key: { ...key }, messageTimestamp: 1760000001, pushName: 'budi88' })
      await client.message({ ...fromBudi('P1', 1), sender_lid: BUDI.lid })
      await client.emit('messages.update', [{ key, update: { messageStubParameters: ['Message absent from node', '3EB0REQUEST'] } }])
      const answer = { key: { remoteJid: BUDI.pn, fromMe: false, id: 'P1' }, message: text('from an advertisement'), messageTimestamp: 1760000001 }
      const webMessageInfoBytes = proto.WebMessageInfo.encode(proto.WebMessageInfo.fromObject(answer)).finish()
      await client.message({ id: 'A1', at: 4, from: US.pn, category: 'peer' }, {
        protocolMessage: {
          type: 17,
          peerDataOperationRequestResponseMessage: {
            stanzaId: '3EB0REQUEST', peerDataOperationResult: [{ placeholderMessageResendResponse: { webMessageInfoBytes } }]
          }
        }
      })
      await client.undecryptable(fromSari('P2', 10))
      await client.message(fromSari('P2', 10), text('again'))
      await client.undecryptable(inGroup(SARI, 'P3', 12))
    }
  },

  /** A poll in a group with votes that an application decrypted, and an event of ours with an answer. */
  polls: {
    async play(client) {
      const secret = buffer(32, 8)
      await client.message(inGroup(SARI, 'P1', 1), {
        pollCreationMessageV3: { name: 'When?', options: [{ optionName: 'now' }, { optionName: 'later' }], selectableOptionsCount: 1 },
        messageContextInfo: { messageSecret: secret }
      })
      const vote = async (who, id, at, options) => {
        const plain = proto.Message.PollVoteMessage.encode({ selectedOptions: options.map(option => B.sha256(Buffer.from(option))) }).finish()
        const sealed = encrypted(plain, secret, 'Poll Vote', 'P1', SARI.lid, who.lid)
        const senderTimestampMs = (1760000000 + at) * 1000
        const asVoterSeesIt = who === SARI ? own(GROUP, 'P1') : other(GROUP, 'P1', SARI.lid)
        const pollUpdateMessage = { pollCreationMessageKey: asVoterSeesIt, vote: sealed, senderTimestampMs }
        await client.message(inGroup(who, id, at), { pollUpdateMessage })
        const opened = B.decryptPollVote(sealed, { pollCreatorJid: SARI.lid, pollMsgId: 'P1', pollEncKey: secret, voterJid: who.lid })
        const pollUpdateMessageKey = other(GROUP, id, who.lid)
        await client.emit('messages.update', [
          { key: other(GROUP, 'P1', SARI.lid), update: { pollUpdates: [{ pollUpdateMessageKey, vote: opened, senderTimestampMs }] } }
        ])
      }
      await vote(BUDI, 'V1', 3, ['now'])
      await vote(SARI, 'V2', 4, ['now'])
      await vote(BUDI, 'V3', 5, ['later'])
      await vote(SARI, 'V4', 6, [])
      const startDate = new Date(1760090000000)
      await client.send(BUDI.pn, { event: { name: 'Dinner', startDate, messageSecret: buffer(32, 7) } }, { id: 'O1', at: 10 })
      const response = proto.Message.EventResponseMessage.encode({ response: 1, timestampMs: 1760000012000 }).finish()
      const sealed = encrypted(response, buffer(32, 7), 'Event Response', 'O1', US.pn, BUDI.pn)
      await client.message(fromBudi('V5', 12), { encEventResponseMessage: { eventCreationMessageKey: other(US.pn, 'O1'), ...sealed } })
    }
  },

  /** What we did on the phone. */
  phone: {
    async play(client) {
      await client.message(fromBudi('T1', 1), text('keep this'))
      await client.message(fromBudi('T2', 2), text('forget this'))
      await client.message(fromSari('T3', 3), text('old'))
      await client.message(inGroup(SARI, 'G1', 4), text('hi all'))
      await client.appState(['archive', BUDI.pn], { archiveChatAction: { archived: true } })
      await client.appState(['pin_v1', GROUP], { pinAction: { pinned: true }, timestamp: 1760000010123 })
      await client.appState(['mute', GROUP], { muteAction: { muted: true, muteEndTimestamp: 1760100000000 } })
      await client.appState(['markChatAsRead', GROUP], { markChatAsReadAction: { read: true } })
      await client.appState(['markChatAsRead', BUDI.pn], { markChatAsReadAction: { read: false } })
      await client.appState(['star', BUDI.pn, 'T1', '0', '0'], { starAction: { starred: true } })
      await client.appState(['star', GROUP, 'G1', '0', SARI.lid], { starAction: { starred: true } })
      await client.appState(['star', GROUP, 'G1', '0', SARI.lid], { starAction: { starred: false } })
      await client.appState(['deleteMessageForMe', BUDI.pn, 'T2', '0', '0'], { deleteMessageForMeAction: { deleteMedia: true } })
      await client.appState(['label_edit', '7'], { labelEditAction: { name: 'New', color: 1, deleted: false } })
      await client.appState(['label_edit', '8'], { labelEditAction: { name: 'Old', color: 2, deleted: false } })
      await client.appState(['label_jid', '7', BUDI.pn], { labelAssociationAction: { labeled: true } })
      await client.appState(['label_jid', '8', GROUP], { labelAssociationAction: { labeled: true } })
      await client.appState(['label_message', '7', GROUP, 'G1', '0', '0'], { labelAssociationAction: { labeled: true } })
      await client.appState(['label_edit', '8'], { labelEditAction: { name: 'Old', color: 2, deleted: true } })
      await client.appState(['lock', BUDI.pn], { lockChatAction: { locked: true } })
      await client.appState(['contact', SARI.pn], { contactAction: { fullName: 'Sari Dewi', firstName: 'Sari', lidJid: SARI.lid } })
      await client.appState(['deleteChat', SARI.pn, '1'], { deleteChatAction: {} })
      await client.appState(['pin_v1', GROUP], { pinAction: { pinned: false }, timestamp: 1760000020123 })
    }
  },

  /** Made, renamed, described; people in, up and out. */
  groups: {
    async play(client) {
      const notice = (id, at, child, who = SARI) =>
        client.notification(
          { id, at, from: GROUP, type: 'w:gp2', participant: who.lid, participant_pn: who.pn, addressing_mode: 'lid' },
          child
        )
      const member = (who, more) => ({ tag: 'participant', attrs: { jid: who.lid, phone_number: who.pn, ...more } })
      const group = {
        tag: 'group',
        attrs: {
          id: '120363021234567890', subject: 'Harbour', creation: '1760000001', s_t: '1760000001', addressing_mode: 'lid',
          creator: SARI.lid, creator_pn: SARI.pn, s_o: SARI.lid, s_o_pn: SARI.pn
        },
        content: [member(SARI, { type: 'superadmin' }), member(US)]
      }
      await notice('N1', 1, { tag: 'create', attrs: {}, content: [group] })
      await notice('N2', 5, { tag: 'add', attrs: {}, content: [member(BUDI)] })
      await notice('N3', 6, { tag: 'subject', attrs: { subject: 'The harbour' } })
      await notice('N4', 7, { tag: 'description', attrs: { id: 'D1' }, content: [{ tag: 'body', attrs: {}, content: Buffer.from('Boats only') }] })
      await notice('N5', 8, { tag: 'promote', attrs: {}, content: [member(BUDI)] })
      await notice('N6', 9, { tag: 'announcement', attrs: {} })
      await notice('N7', 10, { tag: 'ephemeral', attrs: { expiration: '604800' } })
      await client.message(inGroup(BUDI, 'G1', 11), { extendedTextMessage: { text: 'bye', contextInfo: { expiration: 604800 } } })
      await notice('N8', 12, { tag: 'remove', attrs: {}, content: [member(BUDI)] }, BUDI)
    }
  },

  /** The first synchronisation: chunks, push names, statuses, settings of the phone. Live: chunks that come late. */
  history: {
    firstTime: true,
    async play(client, { SYNC }) {
      client.atFirst = [
        [['archive', BUDI.pn], { archiveChatAction: { archived: true } }],
        [['mute', '6284444444444@s.whatsapp.net'], { muteAction: { muted: true, muteEndTimestamp: -1 } }]
      ]
      const message = (key, at, content, more) => ({ message: { key, messageTimestamp: 1760000000 + at, message: content, ...more } })
      await client.history({ id: 'H1', at: 50 }, {
        syncType: SYNC.INITIAL_BOOTSTRAP, progress: 30, chunkOrder: 1,
        conversations: [
          {
            id: BUDI.pn, name: 'Budi', lidJid: BUDI.lid, unreadCount: 1, conversationTimestamp: 1760000009, pinned: 1760000000,
            messages: [
              message(other(BUDI.pn, 'T2'), 9, text('are you there'), { pushName: 'budi88' }),
              message(own(BUDI.pn, 'O1'), 8, text('sent'), {
                status: 4,
                userReceipt: [{ userJid: BUDI.pn, receiptTimestamp: 1760000009, readTimestamp: 1760000010 }],
                reactions: [{ key: other(BUDI.pn, 'X1'), text: '👍', senderTimestampMs: 1760000011000 }]
              })
            ]
          },
          {
            id: GROUP, name: 'Harbour', unreadCount: 0, conversationTimestamp: 1760000007, archived: true,
            messages: [
              message({ ...other(GROUP, 'G1'), participant: SARI.lid }, 7, text('hi all'), { participant: SARI.lid }),
              message({ ...other(GROUP, 'G0'), participant: SARI.lid }, 6, undefined, { participant: SARI.lid, messageStubType: 1 })
            ]
          }
        ],
        phoneNumberToLidMappings: [{ pnJid: SARI.pn, lidJid: SARI.lid }],
        pastParticipants: [{ groupJid: GROUP, pastParticipants: [{ userJid: BUDI.lid, leaveReason: 0, leaveTs: 1760000005 }] }]
      })
      client.hold()
      await client.message(fromBudi('T3', 51), text('now I am here'))
      await client.history({ id: 'H2', at: 52 }, {
        syncType: SYNC.RECENT, progress: 60, chunkOrder: 2,
        conversations: [
          {
            id: BUDI.pn, name: 'Budi', lidJid: BUDI.lid, unreadCount: 1, conversationTimestamp: 1760000009,
            endOfHistoryTransferType: 1,
            messages: [message(other(BUDI.pn, 'T1'), 4, { editedMessage: { message: text('good evening') } })]
          }
        ]
      })
      await client.history({ id: 'H3', at: 53 }, {
        syncType: SYNC.RECENT, progress: 100, chunkOrder: 3,
        conversations: [{ id: SARI.lid, pnJid: SARI.pn, conversationTimestamp: 1760000003, messages: [message(other(SARI.lid, 'T5'), 3, text('hi'))] }]
      })
      await client.history({ id: 'H4', at: 54 }, { syncType: SYNC.PUSH_NAME, progress: 100, pushnames: [{ id: SARI.pn, pushname: 'sari' }] })
    }
  }
}
