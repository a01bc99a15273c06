/** What the page reads and writes of the messaging schema, in the form that supabase-js checks queries against. */

export type Database = {
  public: {
    Tables: {
      chats: Table<
        { id: string; type: 'direct' | 'group'; name: string | null; created_by: string | null; last_message_at: string | null },
        []
      >;
      chat_participants: Table<
        { id: string; chat_id: string; user_id: string; joined_at: string; last_read_at: string | null },
        [Reference<'chat_participants_chat_id_fkey', 'chat_id', 'chats'>]
      >;
      chat_messages: Table<
        MessageRow,
        [
          Reference<'chat_messages_chat_id_fkey', 'chat_id', 'chats'>,
          Reference<'chat_messages_reply_to_message_id_fkey', 'reply_to_message_id', 'chat_messages'>,
        ]
      >;
    };
    Views: Record<never, never>;
    Functions: {
      get_unread_count: { Args: { p_chat_id: string; p_user_id: string }; Returns: number };
      mark_messages_as_read: { Args: { p_chat_id: string; p_user_id: string }; Returns: Counted[] };
      mark_messages_as_delivered: { Args: { p_chat_id: string; p_receiver_id: string }; Returns: Counted[] };
    };
  };
};

export type MessageRow = {
  id: string;
  chat_id: string;
  sender_id: string;
  message_text: string | null;
  message_type: 'text' | 'image' | 'file' | 'system';
  reply_to_message_id: string | null;
  seq: number;
  client_generated_id: string | null;
  status: 'sent' | 'delivered' | 'read';
  created_at: string;
  deleted_at: string | null;
};

export type Counted = { updated_count: number };

type Table<Row, References> = { Row: Row; Insert: Partial<Row>; Update: Partial<Row>; Relationships: References };

type Reference<Name, Column, Target> = {
  foreignKeyName: Name;
  columns: [Column];
  isOneToOne: false;
  referencedRelation: Target;
  referencedColumns: ['id'];
};
