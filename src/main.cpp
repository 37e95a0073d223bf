#include "app/command_line.h"

int main(int argc, char** argv) {
  return chatreports::app::run(argc, argv);
}
