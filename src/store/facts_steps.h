#pragma once
// How each version of the tables of facts is made from the one before.

#include <cstddef>
#include <span>

namespace chatreports::store {

std::span<const char* const> facts_steps();
// The one of them that step_of_plain_texts (schema.h) answers.
constexpr std::size_t plain_texts_step = 4;

}  // namespace chatreports::store
