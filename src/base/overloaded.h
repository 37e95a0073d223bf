#pragma once
// Builds a visitor of a variant from lambdas, one for each alternative:
//
//   std::visit(Overloaded{[](const Circle& circle) { … }, [](const Square& square) { … }}, shape);
//
// An alternative without a lambda does not compile, so a new one is found wherever it matters.

namespace chatreports {

template <class... Lambdas>
struct Overloaded : Lambdas... {
  using Lambdas::operator()...;
};

}  // namespace chatreports
