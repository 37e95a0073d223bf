#pragma once
// Generated chats as the changes that an engine applies: as a server reads them at its start,
// without the store.

#include <functional>

#include "chat/thread.h"
#include "engine/engine.h"
#include "generate/generator.h"

namespace chatreports {

// All of licence 1, numbered from 1 in the order in which they are made. A greeting that was
// displayed is not followed to its chat: the generator makes it at the chat's start.
void for_each_change(const generate::Options& options,
                     const std::function<void(chat::Change&&)>& take);

void fill(engine::Engine& engine, const generate::Options& options);

}  // namespace chatreports
