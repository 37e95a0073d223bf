#pragma once
// A type that is one of several: for a lambda that visits several alternatives of a variant.
//
//   std::visit(Overloaded{[](const Circle&) { return true; },
//                         [](const OneOf<Square, Triangle> auto&) { return false; }}, shape);

#include <concepts>
#include <type_traits>

namespace chatreports {

template <class Type, class... Types>
concept OneOf = (std::same_as<std::remove_cvref_t<Type>, Types> || ...);

}  // namespace chatreports
