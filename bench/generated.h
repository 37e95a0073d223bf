#pragma once
// Generated chats as the changes that an engine applies: as a server reads them at its start,
// without the store.

#include <functional>
#include <optional>

#include "chat/thread.h"
#include "engine/engine.h"
#include "generate/generator.h"

namespace chatreports {

void for_each_record(const generate::Options& options,
                     const std::function<void(chat::Record&&)>& take);

// The change of licence 1 that the record makes; none if engines get none. A greeting that was
// displayed is not followed to its chat: the generator makes it at the chat's start.
std::optional<chat::Change> change_of(const chat::Record& record, ChangeNumber number);

// Numbered from 1 in the order in which they are made.
void for_each_change(const generate::Options& options,
                     const std::function<void(chat::Change&&)>& take);

void fill(engine::Engine& engine, const generate::Options& options);

}  // namespace chatreports
